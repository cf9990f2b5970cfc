package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.machine.Arrangement.Entrance;
import dev.plimsoll.provisioner.machine.Arrangement.Transport;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a machine lets in. Without connection tracking, which would cost every connection and end
 * with its table: what is not a request for a connection may pass where a connection can be, so
 * that the kernel answers segments of connections that it does not know with a reset.
 *
 * @param own its address in the tenant's network
 * @param peers who may send VRRP
 * @param sources who may make connections; null for everybody
 */
record MachineFilter(
        Ipv4 gateway,
        @Nullable Ipv4 own,
        Collection<Ipv4> peers,
        Collection<Ipv4> vips,
        Collection<Entrance> entrances,
        @Nullable List<Ipv4Block> sources) {

    private static final String ASKS_FOR_NOTHING = "tcp flags & (syn | ack) != syn";

    /** Of a machine that is in no network yet. */
    static MachineFilter closed(Ipv4 gateway) {
        return new MachineFilter(gateway, null, Set.of(), Set.of(), Set.of(), null);
    }

    String text() {
        return """
        table inet plimsoll
        delete table inet plimsoll
        table inet plimsoll {
          counter peer { }
          chain input {
            type filter hook input priority filter; policy drop;
            iifname "lo" accept
            iifname "%s" ip saddr %s %s accept
            icmp type { echo-request, destination-unreachable, time-exceeded, parameter-problem } accept
        %s  }
        }
        """
                .formatted(Names.MANAGEMENT, gateway, ASKS_FOR_NOTHING, tenant() + clients());
    }

    private String tenant() {
        if (own == null) {
            return "";
        }
        var vrrp =
                peers.isEmpty()
                        ? ""
                        : line(
                                "iifname \"%s\" ip saddr %s ip daddr %s ip protocol 112 counter name peer accept"
                                        .formatted(Names.TENANT, set(peers), own));
        return vrrp
                + line(
                        "iifname \"%s\" ip daddr %s %s accept"
                                .formatted(Names.TENANT, own, ASKS_FOR_NOTHING))
                + line(
                        "iifname \"%s\" ip daddr %s udp dport 32768-60999 accept"
                                .formatted(Names.TENANT, own));
    }

    private String clients() {
        if (vips.isEmpty()) {
            return "";
        }
        return clients(Transport.TCP, "tcp flags & (syn | ack) == syn ")
                + clients(Transport.UDP, "");
    }

    private String clients(Transport transport, String request) {
        var ports =
                entrances.stream()
                        .filter(entrance -> entrance.transport() == transport)
                        .map(Entrance::port)
                        .sorted()
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "));
        if (ports.isEmpty()) {
            return "";
        }
        var place =
                "ip daddr %s %s dport { %s } "
                        .formatted(set(vips), transport == Transport.TCP ? "tcp" : "udp", ports);
        return refusal(place + request) + line(place + "accept");
    }

    /** Connections of sources that were allowed once go on. */
    private String refusal(String requests) {
        if (sources == null) {
            return "";
        }
        return line(
                sources.isEmpty()
                        ? requests + "drop"
                        : requests + "ip saddr != " + set(Ipv4Block.merged(sources)) + " drop");
    }

    private static String set(Collection<?> members) {
        return members.stream()
                .map(String::valueOf)
                .sorted()
                .collect(Collectors.joining(", ", "{ ", " }"));
    }

    private static String line(String rule) {
        return "    " + rule + "\n";
    }
}
