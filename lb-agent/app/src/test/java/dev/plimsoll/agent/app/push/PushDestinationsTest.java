package dev.plimsoll.agent.app.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushDestinationsTest {
    private static final PushDestinations USUAL =
            PushDestinations.of(List.of("100.64.0.0/10"), List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "169.254.169.254",
                "169.254.1.1",
                "192.0.0.192",
                "100.100.100.200",
                "168.63.129.16",
                "224.0.0.1",
                "255.255.255.255",
                "100.64.0.1",
                "100.127.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "fe80::1",
                "febf::1",
                "fd00:ec2::254",
                "ff02::1",
                "64:ff9b::169.254.169.254",
                "2002:7f00:1::",
            })
    void whatOnlyMachinesAndOperatorsReachIsRefused(String address) throws Exception {
        assertThat(USUAL.isRefused(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void addressOfIpv4InIpv6IsJudgedAsWhatItIs() throws Exception {
        var mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xFF;
        mapped[12] = 127;
        mapped[15] = 1;

        assertThat(USUAL.isRefused(InetAddress.getByAddress(mapped))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "192.168.7.7",
                "128.0.0.1",
                "126.255.255.255",
                "100.63.255.255",
                "100.128.0.0",
                "203.0.113.9",
                "fd00::1",
                "2001:db8::1",
                "64:ff9b::10.0.0.1",
            })
    void othersAreNot(String address) throws Exception {
        assertThat(USUAL.isRefused(InetAddress.getByName(address))).isFalse();
    }

    @Test
    void whatTheOperatorAllowsIsNotRefused() throws Exception {
        var rules =
                PushDestinations.of(List.of("10.0.0.0/8"), List.of("127.0.0.53/32", "10.1.0.0/16"));

        assertThat(rules.isRefused(InetAddress.getByName("127.0.0.53"))).isFalse();
        assertThat(rules.isRefused(InetAddress.getByName("127.0.0.54"))).isTrue();
        assertThat(rules.isRefused(InetAddress.getByName("10.1.2.3"))).isFalse();
        assertThat(rules.isRefused(InetAddress.getByName("10.2.2.3"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/33", "somewhere/8", "10.0.0.0/x", "/"})
    void whatIsNoRangeIsSaid(String range) {
        assertThatThrownBy(() -> PushDestinations.of(List.of(), List.of(range)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
