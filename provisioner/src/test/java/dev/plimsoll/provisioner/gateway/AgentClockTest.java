package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.AgentMessage.TrafficMeasured;
import dev.plimsoll.agent.protocol.TrafficSlot;
import dev.plimsoll.provisioner.gateway.AgentClock.Placed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AgentClockTest {
    private static final long NOON = 1_767_225_600_000L;
    private static final long HOUR = 3_600_000;

    private final AgentClock clock = new AgentClock();

    /** An agent tells, by its own clock, of the minute before. */
    private List<Long> told(long agentNow, long now) {
        var first = agentNow - agentNow % TrafficSlot.MILLIS - 60_000;
        var slots =
                LongStream.range(0, 12)
                        .mapToObj(i ->
                                new TrafficSlot(first + i * TrafficSlot.MILLIS, true, Map.of()))
                        .toList();
        return clock.place(new TrafficMeasured(null, agentNow, slots), now).stream()
                .map(Placed::number)
                .toList();
    }

    @Test
    void rightClockIsTakenAtItsWordHoweverLongTheWay() {
        var expected = LongStream.range(NOON / 5_000, NOON / 5_000 + 12).boxed().toList();

        assertThat(told(NOON + 60_000, NOON + 60_000)).isEqualTo(expected);
        assertThat(told(NOON + 60_000, NOON + 64_900)).isEqualTo(expected);
        assertThat(told(NOON + 60_000, NOON + 55_100)).isEqualTo(expected);
    }

    @Test
    void clockThatIsAnHourWrongPutsNothingAnHourAway() {
        assertThat(told(NOON + HOUR + 60_000, NOON + 60_000)).first().isEqualTo(NOON / 5_000);
        assertThat(told(NOON - HOUR + 120_000, NOON + 120_000))
                .first()
                .isEqualTo(NOON / 5_000 + 12);
    }

    @Test
    void wrongClockLeavesNoHolesAndNoDoublesHoweverMessagesAreDelayed() {
        var all = new ArrayList<Long>();
        long[] delays = {0, 1_900, 40, 2_300, 800, 0, 2_400};
        for (int minute = 1; minute <= delays.length; minute++) {
            long agentNow = NOON - HOUR - 2_500 + minute * 60_000L;
            all.addAll(told(agentNow, agentNow + HOUR + 2_500 + delays[minute - 1]));
        }

        long first = all.getFirst();
        assertThat(all)
                .containsExactlyElementsOf(
                        LongStream.range(first, first + all.size()).boxed().toList());
    }

    @Test
    void whatHasNotEndedOrIsTooOldIsLeftOut() {
        var slots =
                List.of(
                        new TrafficSlot(NOON - HOUR, true, Map.of()),
                        new TrafficSlot(NOON - 5_000, true, Map.of()),
                        new TrafficSlot(NOON - 4_999, true, Map.of()),
                        new TrafficSlot(NOON + HOUR, true, Map.of()),
                        new TrafficSlot(Long.MIN_VALUE, true, Map.of()));

        assertThat(clock.place(new TrafficMeasured(null, NOON, slots), NOON)).hasSize(1);
        assertThat(clock.place(new TrafficMeasured(null, Long.MIN_VALUE, slots), NOON)).isEmpty();
        assertThat(clock.place(new TrafficMeasured(null, Long.MAX_VALUE, slots), NOON)).isEmpty();
    }
}
