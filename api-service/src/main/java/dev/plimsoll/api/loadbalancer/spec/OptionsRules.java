package dev.plimsoll.api.loadbalancer.spec;

import dev.plimsoll.api.loadbalancer.spec.Findings.Place;
import dev.plimsoll.api.problem.FieldError.Code;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Options besides the address, which {@link AddressRules} look after. */
final class OptionsRules {
    private OptionsRules() {}

    /**
     * @param credentials those that exist, of those that are named
     */
    static void check(
            Place place, OptionsSpec options, Set<String> credentials, Findings findings) {
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
            checkPush(at.at("logs"), observability.logs(), credentials, findings);
            checkPush(at.at("metrics"), observability.metrics(), credentials, findings);
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
        if (push.pushUrl() == null) {
            findings.add(place.at("pushUrl"), Code.REQUIRED, "is required beside credentialsRef");
        } else if (!Syntax.isHttpUrl(push.pushUrl())) {
            findings.add(
                    place.at("pushUrl"),
                    Code.MALFORMED,
                    "must be an absolute http or https URL",
                    push.pushUrl(),
                    null);
        }
    }
}
