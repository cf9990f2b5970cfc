package dev.plimsoll.provisioner.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

    @Test
    void givesEachAddressOnceAndNeverNetworkOrBroadcast() {
        var addresses = new AddressRange("127.64.0.0/23").from(300).toList();

        assertThat(addresses)
                .hasSize(508)
                .doesNotHaveDuplicates()
                .doesNotContain("127.64.0.0", "127.64.0.255", "127.64.1.0", "127.64.1.255");
        assertThat(addresses).first().isEqualTo("127.64.1.44");
        assertThat(addresses).last().isEqualTo("127.64.1.43");
    }

    @Test
    void anySeedFallsIntoTheRange() {
        assertThat(new AddressRange("127.64.0.0/12").from(Long.MIN_VALUE).findFirst())
                .hasValueSatisfying(address -> assertThat(address).startsWith("127."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.0.0.1", "127.0.0.0/33", "127.0.0.256/8", "::/64", "a.b.c.d/8"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> new AddressRange(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not an IPv4");
    }
}
