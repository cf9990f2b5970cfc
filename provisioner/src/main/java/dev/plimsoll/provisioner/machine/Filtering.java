package dev.plimsoll.provisioner.machine;

import java.util.List;

/**
 * What stands between a load balancer's machines and a target of it. Lines are such as {@code tcp
 * 8080 from 10.0.0.4}.
 *
 * @param wanted what has to be let through
 * @param applied what is
 */
public record Filtering(Outcome outcome, List<String> wanted, List<String> applied) {
    /** Nothing does that the driver knows of. */
    public static final Filtering NONE = new Filtering(Outcome.NOT_FILTERED, List.of(), List.of());

    /** Nobody can say. */
    public static final Filtering UNKNOWN = new Filtering(Outcome.UNKNOWN, List.of(), List.of());

    public Filtering {
        wanted = List.copyOf(wanted);
        applied = List.copyOf(applied);
    }

    public enum Outcome {
        ADMITTED,
        /** No security group of the target lets all through that has to be. */
        NOT_ADMITTED,
        /** Its groups do, and what is in force does not. */
        NOT_APPLIED,
        NOT_FILTERED,
        UNKNOWN
    }
}
