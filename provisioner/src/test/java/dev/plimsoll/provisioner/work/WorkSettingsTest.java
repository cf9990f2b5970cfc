package dev.plimsoll.provisioner.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkSettingsTest {
    private static final Duration RESYNC = Duration.ofSeconds(60);

    private final WorkSettings settings =
            new WorkSettings(
                    4,
                    3,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(15),
                    RESYNC,
                    100,
                    Duration.ofSeconds(3));

    @ParameterizedTest
    @CsvSource({"0, 60", "1, 60", "6000, 60", "9900, 99", "10000, 100", "100000, 1000"})
    void roundTakesLongerWhereThereAreMoreThanTheRateAllows(int loadBalancers, int seconds) {
        assertThat(settings.round(loadBalancers)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void noRoundHasMoreLooksASecondThanIsSet() {
        for (int count = 0; count < 1_000_000; count += 997) {
            var millis = settings.round(count).toMillis();
            assertThat(1_000.0 * count / millis).isLessThanOrEqualTo(100.0);
        }
    }
}
