package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.machine.MachineId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Names of links in the provisioner's namespace, at most 15 characters long. Derived from ids and
 * from where the installation keeps its data, so that installations do not get in each other's way.
 */
record Names(String installation) {
    /** Links inside of a machine. */
    static final String MANAGEMENT = "mgmt0";

    static final String TENANT = "net0";
    static final String EXTERNAL = "ext0";

    private static final int DIGITS = 10;

    static Names of(Path data) {
        return new Names(hash(data.toString()));
    }

    String managementBridge() {
        return "plm" + installation;
    }

    String externalBridge() {
        return "ple" + installation;
    }

    String bridge(UUID network) {
        return "pln" + hash(installation + network);
    }

    /** The outer end of a machine's link. */
    String port(MachineId machine, String inside) {
        return "p" + inside.charAt(0) + "-" + hash(installation + machine);
    }

    String port(UUID nic) {
        return "pi-" + hash(installation + nic);
    }

    /** Of the packet filter in the provisioner's namespace. */
    String guards() {
        return "plimsoll_" + installation;
    }

    /** The link address of whoever has this id: one that nobody else is given. */
    String mac(UUID owner) {
        return hash(installation + owner).replaceAll("(..)", ":$1").replaceFirst("^", "02");
    }

    private static String hash(String text) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
