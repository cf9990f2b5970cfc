package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.machine.Arrangement.Transport;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** What a server's link lets in: answers, and what its groups admit. */
record InterfaceFilter(UUID id, String link, List<Admission> admissions) {

    /** Blocks that lie within others are left out. */
    record Admission(
            Transport transport, int firstPort, int lastPort, Collection<Ipv4Block> from) {}

    String text() {
        var table = table(id);
        return """
        table inet %s
        delete table inet %s
        table inet %s {
          chain input {
            type filter hook input priority filter; policy accept;
            iifname != "%s" accept
            ct state established,related accept
            icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
        %s    drop
          }
        }
        """
                .formatted(table, table, table, link, rules());
    }

    /** As nft(8) is to list it. */
    static String name(UUID id) {
        return table(id);
    }

    /** What takes it away again; of a table that is not there, too. */
    static String nothing(UUID id) {
        return "table inet %s\ndelete table inet %s\n".formatted(table(id), table(id));
    }

    private String rules() {
        return admissions.stream()
                .filter(admission -> !admission.from().isEmpty())
                .map(InterfaceFilter::rule)
                .sorted()
                .collect(Collectors.joining());
    }

    private static String rule(Admission admission) {
        return "    ip saddr { %s } %s dport %d-%d accept\n"
                .formatted(
                        Ipv4Block.merged(List.copyOf(admission.from())).stream()
                                .map(String::valueOf)
                                .sorted()
                                .collect(Collectors.joining(", ")),
                        admission.transport() == Transport.TCP ? "tcp" : "udp",
                        admission.firstPort(),
                        admission.lastPort());
    }

    private static String table(UUID id) {
        return "plimsoll_"
                + HexFormat.of().toHexDigits(id.getMostSignificantBits())
                + HexFormat.of().toHexDigits(id.getLeastSignificantBits());
    }
}
