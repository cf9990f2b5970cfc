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
    void ensureExternal(Ipv4 own, int prefix, List<UUID> interfaces) throws IOException {
        if (ensureBridge(names.externalBridge())) {
            attach(interfaces, names.externalBridge());
        }
        ensureAddress(names.externalBridge(), own, prefix);
    }

    /**
     * @param interfaces that were on the bridge if there was one before
     */
    void ensureNetwork(UUID network, List<UUID> interfaces) throws IOException {
        if (ensureBridge(names.bridge(network))) {
            attach(interfaces, names.bridge(network));
        }
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
    }

    void plugManagement(String port, long pid) throws IOException {
        plug(port, names.managementBridge(), Names.MANAGEMENT, Long.toString(pid));
        ip("link set dev %s type bridge_slave isolated on".formatted(port));
    }

    void plugNetwork(UUID network, String port, long pid) throws IOException {
        plug(port, names.bridge(network), Names.TENANT, Long.toString(pid));
    }

    void plugExternal(String port, long pid) throws IOException {
        plug(port, names.externalBridge(), Names.EXTERNAL, Long.toString(pid));
    }

    void plugNetwork(UUID network, String port, Namespace namespace, String link)
            throws IOException {
        plug(port, names.bridge(network), link, namespace.file().toString());
    }

    void plugExternal(String port, Namespace namespace, String link) throws IOException {
        plug(port, names.externalBridge(), link, namespace.file().toString());
    }

    /** One that goes at the same moment, with the namespace of its other end, is gone as well. */
    void remove(String link) throws IOException {
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

    /** Both ends are new, so that nothing is left of a try before. */
    private void plug(String port, String bridge, String link, String namespace)
            throws IOException {
        remove(port);
        ip(
                """
                link add name %s type veth peer name %s netns %s
                link set dev %s master %s up
                """
                        .formatted(port, link, namespace, port, bridge));
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

    private void attach(List<UUID> interfaces, String bridge) throws IOException {
        for (var port : interfaces.stream().map(names::port).toList()) {
            if (exists(port)) {
                ip("link set dev %s master %s".formatted(port, bridge));
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

    private static void ip(String commands) throws IOException {
        Command.run(List.of("ip", "-batch", "-"), commands + "\n");
    }
}
