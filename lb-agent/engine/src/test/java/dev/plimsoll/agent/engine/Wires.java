package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.plimsoll.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A client, an agent's machine and targets, each in a network namespace, and a link between two.
 */
final class Wires implements AutoCloseable {
    static final String VIP = "10.1.0.2";
    static final List<String> TARGETS = List.of("10.2.0.1", "10.2.0.3");

    private static final Path COUNTERS = Path.of("/proc/thread-self/net/netstat");
    private static final Pattern DROPPED = Pattern.compile("counter packets (\\d+)");

    final NetworkNamespace client = NetworkNamespace.fresh();
    final NetworkNamespace agent = NetworkNamespace.fresh();
    final NetworkNamespace target = NetworkNamespace.fresh();

    private Wires() throws IOException {
        plug(client, "left", "10.1.0.1");
        plug(target, "right", TARGETS.getFirst());
        agent.ip(
                """
                address add %s/24 dev left
                address add 10.2.0.2/24 dev right
                link set left up
                link set right up
                """
                        .formatted(VIP));
        for (var more : TARGETS.subList(1, TARGETS.size())) {
            target.ip("address add " + more + "/24 dev eth0\n");
        }
    }

    static Wires laid() throws IOException {
        assumeThat(NetworkNamespace.missing()).isEmpty();
        return new Wires();
    }

    private void plug(NetworkNamespace end, String link, String address) throws IOException {
        end.ip(
                """
                link add name eth0 type veth peer name %s netns %s
                address add %s/24 dev eth0
                link set eth0 up
                """
                        .formatted(link, agent.file(), address));
    }

    /** As a tunnel would have it. */
    void narrowTheTargets(int mtu) throws IOException {
        target.ip("link set dev eth0 mtu " + mtu + "\n");
        agent.ip("link set dev right mtu " + mtu + "\n");
    }

    /** In each direction of both links one packet of a hundred, wherever it is just then. */
    void losePackets() throws IOException {
        for (var namespace : all()) {
            namespace.nft(
                    """
                    table inet loss {
                      chain input {
                        type filter hook input priority filter; policy accept;
                        iifname != "lo" numgen random mod 100 < 1 counter drop
                      }
                    }
                    """);
        }
    }

    /** One packet of twenty waits until the others of a queue have gone; each is one segment. */
    void reorderPackets() throws IOException {
        reorder(client, "eth0");
        reorder(agent, "left");
        reorder(agent, "right");
        reorder(target, "eth0");
        for (var namespace : all()) {
            namespace.nft(
                    """
                    table inet order {
                      chain output {
                        type filter hook output priority filter; policy accept;
                        meta priority set numgen random mod 20 map { 0 : 0:2, 1-19 : 0:6 }
                      }
                    }
                    """);
        }
    }

    private static void reorder(NetworkNamespace namespace, String link) throws IOException {
        namespace.ip("link set dev " + link + " gso_max_segs 1\n");
        namespace.run(
                "",
                "tc qdisc add dev %s root handle 1: tbf rate 200mbit burst 16kb latency 200ms"
                        .formatted(link)
                        .split(" "));
        namespace.run("", ("tc qdisc add dev " + link + " parent 1:1 pfifo_fast").split(" "));
    }

    long lost() throws IOException {
        long lost = 0;
        for (var namespace : all()) {
            var counter =
                    DROPPED.matcher(namespace.run("", "nft", "list", "table", "inet", "loss"));
            lost += counter.find() ? Long.parseLong(counter.group(1)) : 0;
        }
        return lost;
    }

    /** How often a sender found that the network had changed the order of what it sent. */
    long reordered() throws IOException {
        long reordered = 0;
        for (var namespace : all()) {
            try (var _ = namespace.enter()) {
                var lines = Files.readAllLines(COUNTERS);
                var names = List.of(lines.get(0).split(" "));
                var values = lines.get(1).split(" ");
                for (var name : List.of("TCPSACKReorder", "TCPTSReorder", "TCPRenoReorder")) {
                    reordered += Long.parseLong(values[names.indexOf(name)]);
                }
            }
        }
        return reordered;
    }

    private List<NetworkNamespace> all() {
        return List.of(client, agent, target);
    }

    @Override
    public void close() throws IOException {
        for (var namespace : all()) {
            namespace.close();
        }
    }
}
