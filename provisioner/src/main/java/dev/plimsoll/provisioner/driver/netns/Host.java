package dev.plimsoll.provisioner.driver.netns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What this host must have and allow. */
public final class Host {
    private static final Map<String, String> PROGRAMS =
            Map.of(
                    "ip", "iproute2",
                    "nft", "nftables",
                    "keepalived", "keepalived",
                    "unshare", "util-linux",
                    "nsenter", "util-linux",
                    "setpriv", "util-linux",
                    "bash", "bash");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ROOT = "Uid:\t0\t0\t";

    private Host() {}

    /** One sentence that names everything that is missing. */
    public static Optional<String> missing() {
        var wants = new ArrayList<String>();
        if (!isRoot()) {
            wants.add("the rights of root");
        }
        PROGRAMS.entrySet().stream()
                .filter(program -> !Command.exists(program.getKey()))
                .map(program ->
                        "the program %s (package %s)"
                                .formatted(program.getKey(), program.getValue()))
                .sorted()
                .forEach(wants::add);
        return wants.isEmpty() ? Optional.empty() : Optional.of(sentence(wants));
    }

    private static String sentence(List<String> wants) {
        return "the netns driver needs " + String.join(", ", wants);
    }

    private static boolean isRoot() {
        try (var lines = Files.lines(STATUS)) {
            return lines.anyMatch(line -> line.startsWith(ROOT));
        } catch (IOException notLinux) {
            return false;
        }
    }
}
