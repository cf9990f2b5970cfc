package dev.plimsoll.api.metrics;

import java.time.Duration;

/** How long a point is, and how much time has points of that length. */
public enum Resolution {
    FINE("5s", Duration.ofSeconds(5), Duration.ofHours(1)),
    COARSE("5m", Duration.ofMinutes(5), Duration.ofDays(7));

    private final String text;
    private final Duration point;
    private final Duration longest;

    Resolution(String text, Duration point, Duration longest) {
        this.text = text;
        this.point = point;
        this.longest = longest;
    }

    /** As the contract has it. */
    public String text() {
        return text;
    }

    Duration point() {
        return point;
    }

    Duration longest() {
        return longest;
    }

    /** In slots, which are what is told. */
    int slots() {
        return (int) (point.toSeconds() / FINE.point.toSeconds());
    }
}
