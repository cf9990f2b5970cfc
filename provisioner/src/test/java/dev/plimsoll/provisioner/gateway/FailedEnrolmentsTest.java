package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailedEnrolmentsTest {
    private long nowNanos;
    private final FailedEnrolments failures =
            new FailedEnrolments(new GatewaySettings.Failures(3, 60, 2), () -> nowNanos);

    @Test
    void addressIsNotListenedToAfterItsBurstUntilSomeTimeHasPassed() {
        for (int i = 0; i < 3; i++) {
            assertThat(failures.areTooMany(from("10.0.0.1"))).isFalse();
            failures.add(from("10.0.0.1"));
        }
        assertThat(failures.areTooMany(from("10.0.0.1"))).isTrue();
        assertThat(failures.areTooMany(from("10.0.0.2"))).isFalse();

        nowNanos += Duration.ofSeconds(1).toNanos();

        assertThat(failures.areTooMany(from("10.0.0.1"))).isFalse();
    }

    @Test
    void hostsOfOneIpv6NetworkCountAsOne() {
        for (int i = 0; i < 3; i++) {
            failures.add(from("2001:db8::" + i));
        }

        assertThat(failures.areTooMany(from("2001:db8::ffff"))).isTrue();
        assertThat(failures.areTooMany(from("2001:db8:0:1::1"))).isFalse();
    }

    @Test
    void noMoreAddressesAreRememberedThanAllowed() {
        for (int i = 0; i < 100; i++) {
            failures.add(from("10.0.0." + i));
        }

        assertThat(failures.addresses()).isEqualTo(2);
    }

    private static InetSocketAddress from(String address) {
        return new InetSocketAddress(address, 1234);
    }
}
