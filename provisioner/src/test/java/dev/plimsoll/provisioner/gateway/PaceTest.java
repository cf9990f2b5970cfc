package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
    private static final int PER_SECOND = 1_000;

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "1, 1",
        "1000, 1",
        "1001, 2",
        "2000, 2",
        "2001, 5",
        "6000, 10",
        "19800, 20",
        "20000, 20",
        "100000, 100",
        "200000, 200",
        "2000000, 200"
    })
    void moreAgentsReportLessOften(int agents, int seconds) {
        assertThat(Pace.of(agents, PER_SECOND).every()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void allTogetherNeverSayMoreThanTheGatewayIsSetToHear() {
        for (int agents = 1; agents <= 200 * PER_SECOND; agents += 97) {
            var pace = Pace.of(agents, PER_SECOND).every();
            assertThat(agents / (double) pace.toSeconds()).isLessThanOrEqualTo(PER_SECOND);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 60000", "20000, 60000", "20001, 150000", "2000000, 600000"})
    void trafficIsToldEachMinuteAndOfLargerFleetsLessOften(int agents, long millis) {
        assertThat(Pace.of(agents, PER_SECOND).traffic().everyMillis()).isEqualTo(millis);
    }

    @Test
    void oneWhoComesAndGoesDoesNotChangeThePace() {
        var pace = Pace.FASTEST;
        var changes = 0;
        for (var agents : IntStream.range(0, 100).map(i -> PER_SECOND + i % 2).toArray()) {
            var next = pace.next(agents, PER_SECOND);
            changes += next.equals(pace) ? 0 : 1;
            pace = next;
        }

        assertThat(changes).isOne();
    }

    @Test
    void smallFleetsAreHeardOfEverySecondAgainWhenTheOthersAreGone() {
        assertThat(new Pace(Duration.ofSeconds(20)).next(500, PER_SECOND)).isEqualTo(Pace.FASTEST);
    }

    @Test
    void smallFleetsKeepTheTimesThatAreSet() {
        var ping = Duration.ofSeconds(5);
        var silence = Duration.ofSeconds(15);

        assertThat(Pace.FASTEST.ping(ping)).isEqualTo(ping);
        assertThat(Pace.FASTEST.silence(silence)).isEqualTo(silence);
        assertThat(Pace.of(2_000, PER_SECOND).silence(silence)).isEqualTo(silence);
    }

    @Test
    void noPaceOutlastsTheWaitForSilence() {
        for (int agents = 1; agents < 1_000_000; agents = agents * 3 + 1) {
            var pace = Pace.of(agents, PER_SECOND);
            var ping = pace.ping(Duration.ofSeconds(5));
            var silence = pace.silence(Duration.ofSeconds(15));
            assertThat(silence).isGreaterThanOrEqualTo(pace.every().multipliedBy(3));
            assertThat(silence).isGreaterThan(ping.multipliedBy(2));
            assertThat(silence).isLessThanOrEqualTo(Duration.ofMinutes(10));
        }
    }
}
