package dev.plimsoll.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.GatewayMessage.Pace;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BeatsTest {
    private final Beats beats = new Beats(new SplittableRandom(1));

    @Test
    void agentThatWasToldNothingBeatsWithEveryTick() {
        assertThat(beatsIn(60)).isEqualTo(60);
    }

    @Test
    void agentBeatsAtThePaceThatItsGatewayAsksFor() {
        beats.keep(new Pace(20_000), 0);

        assertThat(beatsIn(600)).isEqualTo(30);
    }

    @Test
    void agentsThatAreToldTogetherDoNotBeatTogether() {
        var firstTicks =
                IntStream.range(0, 50)
                        .map(seed -> {
                            var another = new Beats(new SplittableRandom(seed));
                            another.keep(new Pace(20_000), 0);
                            return IntStream.rangeClosed(0, 20)
                                    .filter(tick -> another.isDue(nanos(tick)))
                                    .findFirst()
                                    .orElseThrow();
                        })
                        .distinct();

        assertThat(firstTicks.count()).isGreaterThan(10);
    }

    @Test
    void sameOrderAgainPutsNothingOff() {
        for (int tick = 0; tick < 20; tick++) {
            beats.keep(new Pace(20_000), nanos(tick));
        }

        assertThat(beats.isDue(nanos(20))).isTrue();
    }

    @Test
    void nobodyCanBeToldToBeSilent() {
        beats.keep(new Pace(Long.MAX_VALUE), 0);

        assertThat(beatsIn(2_000)).isEqualTo(10);
    }

    @Test
    void agentThatWasFrozenDoesNotMakeUpForWhatItMissed() {
        beats.keep(new Pace(5_000), 0);

        assertThat(beats.isDue(nanos(1_000))).isTrue();
        assertThat(beats.isDue(nanos(1_001))).isFalse();
        assertThat(beats.isDue(nanos(1_005))).isTrue();
    }

    @Test
    void newStreamBeginsAtFullPace() {
        beats.keep(new Pace(20_000), 0);

        beats.begin();

        assertThat(beatsIn(10)).isEqualTo(10);
    }

    private int beatsIn(int ticks) {
        return (int) IntStream.rangeClosed(1, ticks).filter(t -> beats.isDue(nanos(t))).count();
    }

    private static long nanos(int tick) {
        return TimeUnit.SECONDS.toNanos(tick);
    }
}
