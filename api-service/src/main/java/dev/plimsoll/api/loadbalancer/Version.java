package dev.plimsoll.api.loadbalancer;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** What clients see of the generation: opaque, and different when a name is used again. */
final class Version {
    private static final int DISTINGUISHING_DIGITS = 8;
    private static final Pattern FORM = Pattern.compile("lb-([1-9][0-9]{0,17})-([0-9a-f]{8})");

    private Version() {}

    static String of(UUID id, long generation) {
        var digits = id.toString();
        return "lb-" + generation + "-" + digits.substring(digits.length() - DISTINGUISHING_DIGITS);
    }

    static Optional<RevisionName> parse(String version) {
        var parts = FORM.matcher(version);
        return parts.matches()
                ? Optional.of(new RevisionName(Long.valueOf(parts.group(1)), parts.group(2)))
                : Optional.empty();
    }
}
