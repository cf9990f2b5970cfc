package dev.plimsoll.api.loadbalancer.spec;

import dev.plimsoll.api.loadbalancer.spec.Findings.Place;
import dev.plimsoll.api.problem.FieldError.Code;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Options besides the address, which {@link AddressRules} look after. */
final class OptionsRules {
    private OptionsRules() {}

    /**
     * @param credentials those that exist, of those that are named
     * @param objection to a push URL, if there is one
     */
    static void check(
            Place place,
            OptionsSpec options,
            Set<String> credentials,
            Function<String, Optional<String>> objection,
            Findings findings) {
        if (options.accessControl() != null
                && options.accessControl().allowedSourceRanges() != null) {
            checkRanges(
                    place.at("accessControl").at("allowedSourceRanges"),
                    options.accessControl().allowedSourceRanges(),
                    findings);
        }
        var observability = options.observability();
        if (observability != null) {
            var at = place.at("observability");
            checkPush(at.at("logs"), observability.logs(), credentials, objection, findings);
            checkPush(at.at("metrics"), observability.metrics(), credentials, objection, findings);
        }
    }

    private static void checkRanges(Place place, List<String> ranges, Findings findings) {
        for (int i = 0; i < ranges.size(); i++) {
            if (!Syntax.isCidr(ranges.get(i))) {
                findings.add(
                        place.at(i),
                        Code.MALFORMED,
                        "must be a range in CIDR notation such as 192.0.2.0/24",
                        ranges.get(i),
                        null);
            }
        }
    }

    private static void checkPush(
            Place place,
            OptionsSpec.@Nullable Push push,
            Set<String> credentials,
            Function<String, Optional<String>> objection,
            Findings findings) {
        if (push == null) {
            return;
        }
        if (push.credentialsRef() == null) {
            findings.add(place.at("credentialsRef"), Code.REQUIRED, "is required beside pushUrl");
        } else if (!credentials.contains(push.credentialsRef())) {
            findings.add(
                    place.at("credentialsRef"),
                    Code.UNKNOWN_REFERENCE,
                    "there are no such credentials in this project and region",
                    push.credentialsRef(),
                    null);
        }
        checkUrl(place.at("pushUrl"), push.pushUrl(), objection, findings);
    }

    private static void checkUrl(
            Place place,
            @Nullable String url,
            Function<String, Optional<String>> objection,
            Findings findings) {
        if (url == null) {
            findings.add(place, Code.REQUIRED, "is required beside credentialsRef");
        } else if (!Syntax.isHttpUrl(url)) {
            findings.add(place, Code.MALFORMED, "must be an absolute http or https URL", url, null);
        } else {
            objection
                    .apply(url)
                    .ifPresent(why -> findings.add(place, Code.NOT_ALLOWED, why, url, null));
        }
    }
}
