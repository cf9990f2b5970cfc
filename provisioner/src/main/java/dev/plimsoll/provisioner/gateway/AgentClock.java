package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.AgentMessage.TrafficMeasured;
import dev.plimsoll.agent.protocol.TrafficSlot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts an agent's slots where they belong on this clock. An agent whose clock is right to a slot is
 * taken at its word, so that both agents of a load balancer have the same slots; that of another
 * one is corrected by whole slots, always by as many as long as that is right to a slot.
 */
final class AgentClock {
    /** An agent keeps less. */
    private static final Duration OLDEST = Duration.ofMinutes(20);

    private static final long LATEST = Instant.parse("9999-01-01T00:00:00Z").toEpochMilli();

    private long correction;

    /** By number since 1970; without what is too old or has not ended yet. */
    List<Placed> place(TrafficMeasured told, long nowMillis) {
        if (told.nowEpochMillis() <= 0 || told.nowEpochMillis() > LATEST) {
            return List.of();
        }
        long difference = nowMillis - told.nowEpochMillis();
        if (Math.abs(difference - correction * TrafficSlot.MILLIS) > TrafficSlot.MILLIS) {
            correction = Math.round((double) difference / TrafficSlot.MILLIS);
        }
        var placed = new ArrayList<Placed>();
        for (var slot : told.slots()) {
            long age = told.nowEpochMillis() - slot.startEpochMillis();
            if (age >= TrafficSlot.MILLIS && age <= OLDEST.toMillis()) {
                long number = Math.floorDiv(slot.startEpochMillis(), TrafficSlot.MILLIS);
                placed.add(new Placed(number + correction, slot));
            }
        }
        return placed;
    }

    record Placed(long number, TrafficSlot slot) {}
}
