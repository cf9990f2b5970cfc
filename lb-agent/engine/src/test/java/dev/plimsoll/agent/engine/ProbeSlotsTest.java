package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeSlotsTest {
    private final EngineMeters meters = new EngineMeters();
    private final ProbeSlots slots = new ProbeSlots(4, meters);
    private final List<String> started = new ArrayList<>();

    @Test
    void oneMoreThanTheLimitWaitsItsTurn() {
        for (int i = 0; i < 6; i++) {
            quick("q" + i);
        }
        assertThat(started).containsExactly("q0", "q1", "q2", "q3");
        assertThat(meters.probesDelayed()).isEqualTo(2);

        slots.giveBack(false);

        assertThat(started).endsWith("q4").hasSize(5);
    }

    @Test
    void slowTargetsLeaveRoomForTheOthers() {
        for (int i = 0; i < 10; i++) {
            slow("s" + i);
        }
        assertThat(started).containsExactly("s0", "s1", "s2");

        quick("q0");
        assertThat(started).endsWith("q0");

        slots.giveBack(true);
        assertThat(started).endsWith("s3").hasSize(5);
    }

    @Test
    void waitingQuickTargetGoesBeforeASlowOne() {
        for (int i = 0; i < 4; i++) {
            quick("q" + i);
        }
        slow("s");
        quick("late");

        slots.giveBack(false);

        assertThat(started).endsWith("late");
    }

    private void quick(String name) {
        slots.take(() -> started.add(name), false);
    }

    private void slow(String name) {
        slots.take(() -> started.add(name), true);
    }
}
