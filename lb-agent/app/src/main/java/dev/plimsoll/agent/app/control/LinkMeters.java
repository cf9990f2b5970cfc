package dev.plimsoll.agent.app.control;

import java.util.concurrent.atomic.LongAdder;

/** What became of the agent's dealings with the gateway. */
public final class LinkMeters {

    public enum Dial {
        CONNECTED,
        /** The gateway said 401 or 403. */
        DENIED,
        FAILED
    }

    private final LongAdder[] dials = {new LongAdder(), new LongAdder(), new LongAdder()};
    private volatile boolean connected;

    void dialled(Dial outcome) {
        adder(outcome).increment();
    }

    void connected(boolean now) {
        connected = now;
    }

    public long dials(Dial outcome) {
        return adder(outcome).sum();
    }

    public boolean isConnected() {
        return connected;
    }

    private LongAdder adder(Dial outcome) {
        return switch (outcome) {
            case CONNECTED -> dials[0];
            case DENIED -> dials[1];
            case FAILED -> dials[2];
        };
    }
}
