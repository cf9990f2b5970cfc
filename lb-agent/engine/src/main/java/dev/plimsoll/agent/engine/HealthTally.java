package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;

/**
 * Turns single results into a state. Used by one event loop.
 *
 * <pre>
 * INITIAL ── success ──► HEALTHY ── unhealthyThreshold failures in a row ──► UNHEALTHY
 *    └────── failure ──────────────────────────────────────────────────────►    │
 *                           HEALTHY ◄── healthyThreshold successes in a row ────┘
 * </pre>
 *
 * A first result counts at once: a new target should not wait, and a dead one should say why.
 */
final class HealthTally {
    private final int healthyThreshold;
    private final int unhealthyThreshold;
    private State state = State.INITIAL;
    private int against;

    HealthTally(int healthyThreshold, int unhealthyThreshold) {
        this.healthyThreshold = healthyThreshold;
        this.unhealthyThreshold = unhealthyThreshold;
    }

    State onResult(boolean success) {
        switch (state) {
            case INITIAL -> state = success ? State.HEALTHY : State.UNHEALTHY;
            case HEALTHY -> count(!success, unhealthyThreshold, State.UNHEALTHY);
            case UNHEALTHY -> count(success, healthyThreshold, State.HEALTHY);
            case DRAINING -> throw new IllegalStateException("Draining targets are not probed");
        }
        return state;
    }

    private void count(boolean contradicts, int threshold, State other) {
        against = contradicts ? against + 1 : 0;
        if (against >= threshold) {
            state = other;
            against = 0;
        }
    }
}
