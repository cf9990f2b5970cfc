package dev.plimsoll.agent.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private final BackOff backOff =
            new BackOff(Duration.ofMillis(100), Duration.ofSeconds(2), new SplittableRandom(1));

    @Test
    void waitsDoubleUpToTheLongestWithARandomPart() {
        for (long expected : new long[] {100, 200, 400, 800, 1600, 2000, 2000, 2000}) {
            assertThat(backOff.next())
                    .isBetween(Duration.ofMillis(expected / 2), Duration.ofMillis(expected));
        }
    }

    @Test
    void successStartsAnew() {
        backOff.next();
        backOff.next();

        backOff.reset();

        assertThat(backOff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }
}
