package dev.plimsoll.agent.app;

import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What the agent counts besides its engine. */
public final class AgentMeters {
    private final Map<Refusal, LongAdder> refusals = new EnumMap<>(Refusal.class);
    private final LongAdder saveFailures = new LongAdder();

    AgentMeters() {
        for (var code : Refusal.values()) {
            refusals.put(code, new LongAdder());
        }
    }

    void configRefused(Refusal code) {
        Objects.requireNonNull(refusals.get(code)).increment();
    }

    void saveFailed() {
        saveFailures.increment();
    }

    public long refusals(Refusal code) {
        return Objects.requireNonNull(refusals.get(code)).sum();
    }

    /** Configurations in force that could not be written to disk. */
    public long saveFailures() {
        return saveFailures.sum();
    }
}
