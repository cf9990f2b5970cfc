package dev.plimsoll.provisioner.driver.netns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.provisioner.machine.Arrangement.Opening;
import dev.plimsoll.provisioner.machine.Arrangement.Transport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read out of a listing of nft(8). */
class AdmittedTest {
    private static final Admitted LISTED =
            Admitted.listed(
                    """
                    table inet plimsoll_0 {
                    	chain input {
                    		type filter hook input priority filter; policy accept;
                    		iifname != "eth0" accept
                    		ct state established,related accept
                    		ip saddr { 10.0.0.1-10.0.0.6, 10.0.1.0/24 } tcp dport 8080-8080 accept
                    		ip saddr 10.0.0.9 udp dport 53 accept
                    		ip saddr 10.2.0.0/16 tcp dport 90-99 accept
                    		drop
                    	}
                    }
                    """);

    @Test
    void rangesBlocksAndSingleAddressesAreAdmitted() {
        assertThat(holds(Transport.TCP, 8080, "10.0.0.1", "10.0.0.4", "10.0.0.6", "10.0.1.77"))
                .isTrue();
        assertThat(holds(Transport.TCP, 8080, "10.0.0.7")).isFalse();
        assertThat(holds(Transport.TCP, 8080, "10.0.0.1", "10.0.0.7")).isFalse();
        assertThat(holds(Transport.UDP, 53, "10.0.0.9")).isTrue();
        assertThat(holds(Transport.TCP, 53, "10.0.0.9")).isFalse();
        assertThat(holds(Transport.TCP, 99, "10.2.3.4")).isTrue();
        assertThat(holds(Transport.TCP, 100, "10.2.3.4")).isFalse();
    }

    @Test
    void linesAreForPeople() {
        assertThat(LISTED.lines())
                .contains("udp 53 from 10.0.0.9/32", "tcp 90-99 from 10.2.0.0/16");
    }

    @Test
    void allAddressesAreOneBlock() {
        assertThat(Ipv4Block.between(Ipv4.of("0.0.0.0"), Ipv4.of("255.255.255.255")))
                .containsExactly(Ipv4Block.of("0.0.0.0/0"));
        assertThat(Ipv4Block.between(Ipv4.of("10.0.0.1"), Ipv4.of("10.0.0.1")))
                .containsExactly(Ipv4Block.of("10.0.0.1/32"));
    }

    private static boolean holds(Transport transport, int port, String... machines) {
        return LISTED.holds(
                List.of(new Opening("10.0.0.11", transport, port)),
                List.of(machines).stream().map(Ipv4::of).toList());
    }
}
