package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.loadbalancer.Condition.State;
import dev.plimsoll.api.loadbalancer.Condition.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration ERROR_AFTER = Duration.ofSeconds(30);

    @Test
    void nothingKnownIsPending() {
        assertThat(kind(1, 0)).isEqualTo(Status.Kind.PENDING);
    }

    @Test
    void servedAndAppliedAtThisGenerationIsReady() {
        var serving = condition(Type.SERVING, State.TRUE, 2);
        var applied = condition(Type.APPLIED, State.TRUE, 2);
        assertThat(kind(2, 2, serving, applied)).isEqualTo(Status.Kind.READY);
        assertThat(kind(3, 2, serving, applied)).isEqualTo(Status.Kind.PENDING);
        assertThat(kind(2, 2, serving)).isEqualTo(Status.Kind.PENDING);
    }

    @Test
    void missingRedundancyHoldsNothingBack() {
        assertThat(
                        kind(
                                1,
                                1,
                                condition(Type.SERVING, State.TRUE, 1),
                                condition(Type.APPLIED, State.TRUE, 1),
                                condition(Type.REDUNDANT, State.FALSE, 1)))
                .isEqualTo(Status.Kind.READY);
    }

    @Test
    void impossibleIsAnErrorOfItsGenerationOnly() {
        var impossible = condition(Type.FEASIBLE, State.FALSE, 1);
        assertThat(kind(1, 0, impossible)).isEqualTo(Status.Kind.ERROR);
        assertThat(kind(2, 0, impossible)).isEqualTo(Status.Kind.PENDING);
    }

    @Test
    void terminatingOverridesAll() {
        var status =
                Status.of(
                        true,
                        1,
                        1,
                        List.of(condition(Type.FEASIBLE, State.FALSE, 1)),
                        NOW,
                        ERROR_AFTER);
        assertThat(status).isEqualTo(new Status(Status.Kind.TERMINATING, null));
    }

    private static Status.Kind kind(long generation, long observed, Condition... conditions) {
        return Status.of(false, generation, observed, List.of(conditions), NOW, ERROR_AFTER).kind();
    }

    private static Condition condition(Type type, State state, long generation) {
        return new Condition(type, state, "TYPE_INTERNAL", "text", generation, NOW);
    }
}
