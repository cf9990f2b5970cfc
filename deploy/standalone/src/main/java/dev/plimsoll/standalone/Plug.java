package dev.plimsoll.standalone;

import dev.plimsoll.provisioner.driver.netns.NetnsSettings;
import dev.plimsoll.provisioner.driver.netns.TenantNetworks;
import dev.plimsoll.provisioner.machine.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Connects a namespace of the lab to a network of the installation, or to the world outside where
 * no network is named. One that is connected stays so.
 */
final class Plug {
    private static final String LINK = "eth0";

    private Plug() {}

    static void into(DataFolder folder, Options options) throws IOException {
        var networks = new TenantNetworks(NetnsSettings.of(folder.path()));
        var namespace = Path.of(required(options, "namespace"));
        var address = required(options, "address");
        var isThere =
                networks.interfaces().stream()
                        .anyMatch(link ->
                                link.namespace().equals(namespace.toString())
                                        && link.address().equals(address));
        if (isThere) {
            return;
        }
        if (options.has("network")) {
            var network = new Network(UUID.fromString(required(options, "network")), List.of());
            networks.plug(network, namespace, LINK, address);
        } else {
            networks.plugOutside(namespace, LINK, address);
        }
    }

    private static String required(Options options, String name) {
        if (!options.has(name)) {
            throw new CommandFailed("plug needs --" + name);
        }
        return options.text(name, "");
    }
}
