package dev.plimsoll.agent.app.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.AgentMessage.TrafficMeasured;
import dev.plimsoll.agent.protocol.GatewayMessage.TellTraffic;
import dev.plimsoll.agent.protocol.TrafficSlot;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final long NOON = 1_767_225_600_000L;
    private static final UUID INQUIRY = UUID.randomUUID();

    private long now = NOON + 2_000;
    private long opened;
    private boolean isActive;
    private final Traffic traffic =
            new Traffic(() -> now, this::figures, () -> isActive, new SplittableRandom(1));

    private Map<String, Long> figures() {
        long since = opened;
        opened = 0;
        return since == 0 ? Map.of() : Map.of(TrafficSlot.OPENED, since);
    }

    /** Looks at the end of each slot. */
    private void pass(long seconds) {
        long end = now + seconds * 1000;
        while (now < end) {
            now = Math.min(end, now - now % TrafficSlot.MILLIS + TrafficSlot.MILLIS);
            traffic.look();
        }
    }

    private List<TrafficSlot> lately() {
        return traffic.lately(INQUIRY).slots();
    }

    @Test
    void slotHasWhatHappenedInIt() {
        opened = 3;
        pass(3);
        opened = 4;
        pass(5);
        pass(2);

        assertThat(lately())
                .containsExactly(
                        new TrafficSlot(NOON, false, Map.of("opened", 3L)),
                        new TrafficSlot(NOON + 5_000, false, Map.of("opened", 4L)));
        assertThat(traffic.lately(INQUIRY).nowEpochMillis()).isEqualTo(NOON + 12_000);
    }

    @Test
    void slotsThatNobodyLookedAtTheEndOfAreLeftOutAndNotAddedToTheNext() {
        pass(3);
        opened = 100;
        now += 17_000;
        traffic.look();
        opened = 1;
        pass(10);

        assertThat(lately().stream().map(TrafficSlot::startEpochMillis))
                .containsExactly(NOON, NOON + 20_000, NOON + 25_000);
        assertThat(lately().stream().mapToLong(it -> it.figures().getOrDefault("opened", 0L)))
                .containsExactly(0L, 1L, 0L);
    }

    @Test
    void slotBelongsToWhoeverWasActiveWhenItBegan() {
        pass(3);
        isActive = true;
        pass(5);
        pass(5);
        isActive = false;
        pass(5);
        pass(5);

        assertThat(lately().stream().map(TrafficSlot::active))
                .containsExactly(false, false, true, true, false);
    }

    @Test
    void nobodyIsToldWhoHasNotAsked() {
        pass(300);

        assertThat(traffic.due()).isEmpty();
    }

    @Test
    void wholeMinutesAreToldOnce() {
        traffic.tell(new TellTraffic(60_000));
        var told = tellFor(600);

        assertThat(told).hasSizeBetween(9, 10);
        assertThat(told.stream().skip(1)).allSatisfy(it -> assertThat(it.slots()).hasSize(12));
        assertThat(
                        told.stream()
                                .flatMap(it -> it.slots().stream())
                                .map(TrafficSlot::startEpochMillis))
                .doesNotHaveDuplicates()
                .isSorted()
                .first()
                .isEqualTo(NOON);
    }

    @Test
    void nextStreamBeginsWithTheLastMinutes() {
        traffic.tell(new TellTraffic(60_000));
        tellFor(600);

        traffic.onStream();
        assertThat(traffic.due()).isEmpty();
        traffic.tell(new TellTraffic(1_000));
        var told = tellFor(2);

        assertThat(told.getFirst().slots()).hasSizeBetween(12, 24);
    }

    @Test
    void longSilenceCostsNoMoreMemoryThanAQuarterOfAnHour() {
        pass(7_200);
        traffic.tell(new TellTraffic(1_000));

        assertThat(tellFor(2).getFirst().slots()).hasSizeBetween(168, 180);
    }

    private List<TrafficMeasured> tellFor(int seconds) {
        var told = new java.util.ArrayList<TrafficMeasured>();
        for (int i = 0; i < seconds; i++) {
            pass(1);
            traffic.due().ifPresent(told::add);
        }
        return told;
    }
}
