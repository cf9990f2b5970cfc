package dev.plimsoll.provisioner.ca;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts who was given no certificate, or not believed the one shown: each reason by itself. */
final class Refusals {
    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    Refusals(MeterRegistry registry) {
        for (var reason : Reason.values()) {
            counters.put(
                    reason,
                    Counter.builder("plimsoll.gateway.refused")
                            .description("Agents not let in")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    void count(Reason reason) {
        Objects.requireNonNull(counters.get(reason)).increment();
    }

    enum Reason {
        TOKEN_UNKNOWN,
        /** Used before: a replay, or an answer that was lost on its way. */
        TOKEN_SPENT,
        TOKEN_EXPIRED,
        /** No sound certificate request. */
        REQUEST,
        /** Of this authority, but none that counts: its machine is gone. */
        CERTIFICATE_UNKNOWN,
        REVOKED,
        /** Another incarnation has followed. */
        INCARNATION,
        /** The machine is to end. */
        NOT_WANTED,
        /** Expired for longer than it may be renewed. */
        TOO_LATE
    }
}
