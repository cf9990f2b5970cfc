package dev.plimsoll.agent.app;

import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What the agent counts besides its engine. */
public final class AgentMeters {
    private final Map<Refusal, LongAdder> refusals = new EnumMap<>(Refusal.class);
    private final Map<YieldEnd, LongAdder> yields = new EnumMap<>(YieldEnd.class);
    private final LongAdder yieldsBegun = new LongAdder();
    private final LongAdder saveFailures = new LongAdder();
    private final LongAdder explanations = new LongAdder();
    private final LongAdder explanationsRefused = new LongAdder();
    private final LongAdder connectionLists = new LongAdder();
    private final LongAdder connectionListsRefused = new LongAdder();

    /** Why an agent claims the VIP again that was asked to leave it to its peer. */
    public enum YieldEnd {
        ORDER,
        /** Whoever gave the order has not been heard of for too long to be obeyed. */
        STREAM_GONE
    }

    AgentMeters() {
        for (var code : Refusal.values()) {
            refusals.put(code, new LongAdder());
        }
        for (var cause : YieldEnd.values()) {
            yields.put(cause, new LongAdder());
        }
    }

    void configRefused(Refusal code) {
        Objects.requireNonNull(refusals.get(code)).increment();
    }

    void yieldBegun() {
        yieldsBegun.increment();
    }

    void yieldEnded(YieldEnd cause) {
        Objects.requireNonNull(yields.get(cause)).increment();
    }

    public long yieldsBegun() {
        return yieldsBegun.sum();
    }

    public long yieldsEnded(YieldEnd cause) {
        return Objects.requireNonNull(yields.get(cause)).sum();
    }

    void explanation(boolean isGiven) {
        (isGiven ? explanations : explanationsRefused).increment();
    }

    public long explanations() {
        return explanations.sum();
    }

    /** Too many at a time. */
    public long explanationsRefused() {
        return explanationsRefused.sum();
    }

    void connectionList(boolean isGiven) {
        (isGiven ? connectionLists : connectionListsRefused).increment();
    }

    public long connectionLists() {
        return connectionLists.sum();
    }

    /** Too many at a time. */
    public long connectionListsRefused() {
        return connectionListsRefused.sum();
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
