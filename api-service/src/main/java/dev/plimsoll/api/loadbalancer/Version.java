package dev.plimsoll.api.loadbalancer;

import java.util.UUID;

/** What clients see of the generation: opaque, and different when a name is used again. */
final class Version {
    private static final int DISTINGUISHING_DIGITS = 8;

    private Version() {}

    static String of(UUID id, long generation) {
        var digits = id.toString();
        return "lb-" + generation + "-" + digits.substring(digits.length() - DISTINGUISHING_DIGITS);
    }
}
