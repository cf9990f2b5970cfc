package dev.plimsoll.provisioner.driver.netns;

import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** Bridges in the provisioner's namespace, and the links from them into other namespaces. */
final class Links {
    private final Names names;

    Links(Names names) {
        this.names = names;
    }

    /** Of the provisioner's own: agents dial in over it, and cannot see each other there. */
    void ensureManagement(Ipv4 own, int prefix) throws IOException {
        var _ = ensureBridge(names.managementBridge());
        ensureAddress(names.managementBridge(), own, prefix);
    }

    /** With an address of the provisioner's namespace, which is the way out for machines. */
    void ensureExternal(Ipv4 own, int prefix, List<PortGuard> interfaces) throws IOException {
        if (ensureBridge(names.externalBridge())) {
            attach(interfaces, names.externalBridge());
        }
        ensureAddress(names.externalBridge(), own, prefix);
    }

    /**
     * @param interfaces that were on the bridge if there was one before
     */
    void ensureNetwork(UUID network, List<PortGuard> interfaces) throws IOException {
        if (ensureBridge(names.bridge(network))) {
            attach(interfaces, names.bridge(network));
        }
    }

    /** Also of one that is plugged already. */
    void guard(PortGuard guard) throws IOException {
        nft(guard.text(names.guards()));
    }

    void removeNetwork(UUID network) throws IOException {
        remove(names.bridge(network));
    }

    /** All that this installation made here; what hangs on its bridges loses its link. */
    void removeAll(List<UUID> networks) throws IOException {
        for (var network : networks) {
            removeNetwork(network);
        }
        remove(names.externalBridge());
        remove(names.managementBridge());
        nft(PortGuard.none(names.guards()));
    }

    void plugManagement(PortGuard guard, long pid) throws IOException {
        plug(guard, names.managementBridge(), Names.MANAGEMENT, Long.toString(pid));
        ip("link set dev %s type bridge_slave isolated on".formatted(guard.port()));
    }

    void plugNetwork(UUID network, PortGuard guard, long pid) throws IOException {
        plug(guard, names.bridge(network), Names.TENANT, Long.toString(pid));
    }

    void plugExternal(PortGuard guard, long pid) throws IOException {
        plug(guard, names.externalBridge(), Names.EXTERNAL, Long.toString(pid));
    }

    void plugNetwork(UUID network, PortGuard guard, Namespace namespace, String link)
            throws IOException {
        plug(guard, names.bridge(network), link, namespace.file().toString());
    }

    void plugExternal(PortGuard guard, Namespace namespace, String link) throws IOException {
        plug(guard, names.externalBridge(), link, namespace.file().toString());
    }

    void unplug(String port) throws IOException {
        remove(port);
        nft(PortGuard.nothing(names.guards(), port));
    }

    /** One that goes at the same moment, with the namespace of its other end, is gone as well. */
    private static void remove(String link) throws IOException {
        if (!exists(link)) {
            return;
        }
        try {
            ip("link delete dev " + link);
        } catch (IOException e) {
            if (exists(link)) {
                throw e;
            }
        }
    }

    /** Both ends are new, so that nothing is left of a try before; and guarded from the start. */
    private void plug(PortGuard guard, String bridge, String link, String namespace)
            throws IOException {
        var port = guard.port();
        remove(port);
        guard(guard);
        ip(
                """
                link add name %s type veth peer name %s address %s netns %s
                link set dev %s master %s up
                """
                        .formatted(port, link, guard.mac(), namespace, port, bridge));
    }

    /** Whether it was not there. */
    private static boolean ensureBridge(String bridge) throws IOException {
        if (exists(bridge)) {
            return false;
        }
        ip(
                """
                link add name %s type bridge stp_state 0 forward_delay 0 mcast_snooping 0
                link set dev %s up
                """
                        .formatted(bridge, bridge));
        return true;
    }

    private void attach(List<PortGuard> interfaces, String bridge) throws IOException {
        for (var guard : interfaces) {
            if (exists(guard.port())) {
                guard(guard);
                ip("link set dev %s master %s".formatted(guard.port(), bridge));
            }
        }
    }

    private static void ensureAddress(String link, Ipv4 address, int prefix) throws IOException {
        ip("address replace %s/%d dev %s".formatted(address, prefix, link));
    }

    private static boolean exists(String link) throws IOException {
        return Command.run("ip", "-oneline", "link", "show")
                .lines()
                .anyMatch(line -> {
                    var fields = line.split(": ", 3);
                    return fields.length > 1
                            && (fields[1].equals(link) || fields[1].startsWith(link + "@"));
                });
    }

    private static void nft(String ruleset) throws IOException {
        Command.run(List.of("nft", "-f", "-"), ruleset);
    }

    private static void ip(String commands) throws IOException {
        Command.run(List.of("ip", "-batch", "-"), commands + "\n");
    }
}
