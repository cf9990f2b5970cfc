package dev.plimsoll.api.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.problem.ProblemWriter;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** With a clock that the test moves. */
class FailedAttemptsTest {
    private static final String ADDRESS = "192.0.2.1";

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FailedAttempts failures =
            new FailedAttempts(
                    new AuthenticationSettings.Failures(3, 6, 100),
                    new ProblemWriter(meters),
                    meters,
                    new Clock());

    private final class Clock implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return nanos.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    @Test
    void addressMayFailAFewTimesAndThenAsOftenAsIsConfigured() {
        exhaust(ADDRESS);
        assertThat(failures.note(ADDRESS)).contains(Duration.ofSeconds(10));
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(failures.note(ADDRESS)).isEmpty();
        assertThat(failures.note(ADDRESS)).isPresent();
        assertThat(meters.counter("plimsoll.authentication.failed").count()).isEqualTo(6);
        assertThat(meters.counter("plimsoll.authentication.throttled").count()).isEqualTo(2);
    }

    @Test
    void addressesDoNotPayForEachOther() {
        exhaust(ADDRESS);
        assertThat(failures.note("192.0.2.2")).isEmpty();
    }

    @Test
    void hostsOfOneIpv6NetworkCountAsOne() {
        exhaust("2001:db8:0:1:0:0:0:1");
        assertThat(failures.note("2001:db8:0:1:ffff:0:0:2")).isPresent();
        assertThat(failures.note("2001:db8:0:2:0:0:0:1")).isEmpty();
    }

    @Test
    void manyAddressesTakeBoundedMemory() {
        for (int i = 0; i < 10_000; i++) {
            var _ = failures.note("10.0." + i / 256 + "." + i % 256);
        }
        assertThat(failures.addresses()).isLessThanOrEqualTo(100);
    }

    private void exhaust(String address) {
        for (int i = 0; i < 3; i++) {
            assertThat(failures.note(address)).isEmpty();
        }
    }
}
