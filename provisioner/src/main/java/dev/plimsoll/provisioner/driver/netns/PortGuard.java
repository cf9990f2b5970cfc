package dev.plimsoll.provisioner.driver.netns;

import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What may come in through a port of a bridge, whoever is behind it: IPv4 and ARP under its own
 * link and network addresses. What is dropped here teaches the bridge no address either. Without
 * connection tracking, which bridges do not have everywhere.
 *
 * @param port the outer end of a link
 * @param mac of its inner end
 * @param addresses that whoever is there may call its own; both of a pair have their VIPs here
 * @param world if not null, others than those of this block may come through as well, as from
 *     behind a router
 */
record PortGuard(String port, String mac, Collection<Ipv4> addresses, @Nullable Ipv4Block world) {

    private static final Ipv4 NOT_KNOWN_YET = Ipv4.of("0.0.0.0");

    String text(String table) {
        var own = own(addresses.stream());
        var claimed = own(Stream.concat(addresses.stream(), Stream.of(NOT_KNOWN_YET)));
        return frame(table, port)
                + """
                flush chain bridge %s ports
                flush chain bridge %s %s
                table bridge %s {
                  chain ports {
                    iifname vmap @guards
                  }
                  chain %s {
                    ether saddr != %s drop
                    arp saddr ether %s arp saddr ip { %s } accept
                %s    drop
                  }
                }
                """
                        .formatted(
                                table, table, port, table, port, mac, mac, claimed, admitted(own));
    }

    /** What takes a port's guard away again; one that is not there, too. */
    static String nothing(String table, String port) {
        return frame(table, port)
                + """
                delete element bridge %s guards { "%s" }
                flush chain bridge %s %s
                delete chain bridge %s %s
                """
                        .formatted(table, port, table, port, table, port);
    }

    /** What takes away all guards of an installation. */
    static String none(String table) {
        return "table bridge %s\ndelete table bridge %s\n".formatted(table, table);
    }

    private static String frame(String table, String port) {
        return """
        table bridge %s {
          map guards { type ifname : verdict; }
          chain ports { type filter hook prerouting priority dstnat; policy accept; }
          chain %s { }
        }
        add element bridge %s guards { "%s" : jump %s }
        """
                .formatted(table, port, table, port, port);
    }

    private String admitted(String own) {
        var mine = addresses.isEmpty() ? "" : "    ip saddr { " + own + " } accept\n";
        return world == null ? mine : mine + "    ip saddr != " + world + " accept\n";
    }

    private static String own(Stream<Ipv4> addresses) {
        return addresses.distinct().sorted().map(Ipv4::toString).collect(Collectors.joining(", "));
    }
}
