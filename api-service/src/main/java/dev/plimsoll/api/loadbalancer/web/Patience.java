package dev.plimsoll.api.loadbalancer.web;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code Prefer: wait=N}; preferences that are not known are ignored, as RFC 7240 says.
 */
public final class Patience {
    private static final Pattern WAIT = Pattern.compile("(?i)wait\\s*=\\s*\"?([^\"]*)\"?");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,4}");

    private Patience() {}

    public static Duration of(@Nullable String prefer, Duration byDefault, Duration max) {
        if (prefer == null) {
            return byDefault;
        }
        for (var preference : prefer.split("[,;]")) {
            var wait = WAIT.matcher(preference.strip());
            if (wait.matches()) {
                return seconds(wait.group(1), max);
            }
        }
        return byDefault;
    }

    private static Duration seconds(String sent, Duration max) {
        if (SECONDS.matcher(sent).matches() && Long.parseLong(sent) <= max.toSeconds()) {
            return Duration.ofSeconds(Long.parseLong(sent));
        }
        throw new DomainFailure.InvalidFields(
                new FieldError(
                        "#header/Prefer",
                        FieldError.Code.OUT_OF_RANGE,
                        "wait must be from 0 to " + max.toSeconds() + " seconds",
                        sent,
                        "0.." + max.toSeconds()));
    }
}
