package dev.plimsoll.agent.app.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * How many connections one source address can have to one target: a port each, from the kernel's
 * range for this purpose.
 */
public final class SourcePorts {
    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final Pattern FROM_TO = Pattern.compile("(\\d+)\\s+(\\d+)");
    private static final int USUAL = 60_999 - 32_768 + 1;

    private SourcePorts() {}

    public static int available() {
        try {
            return of(Files.readString(RANGE));
        } catch (IOException notLinux) {
            return USUAL;
        }
    }

    static int of(String range) {
        var found = FROM_TO.matcher(range);
        return found.find()
                ? Math.max(
                        1, Integer.parseInt(found.group(2)) - Integer.parseInt(found.group(1)) + 1)
                : USUAL;
    }
}
