package dev.plimsoll.agent.app.machine;

import dev.plimsoll.agent.engine.EngineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * How many connections the process can hold: two descriptors each, some for itself, and one per
 * probe.
 */
public final class DescriptorLimit {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d+)");
    private static final int RESERVED = 200;
    private static final int UNKNOWN = 4096;

    private DescriptorLimit() {}

    public static int connections() {
        long files = UNKNOWN;
        try {
            var found = OPEN_FILES.matcher(Files.readString(LIMITS));
            if (found.find()) {
                files = Long.parseLong(found.group(1));
            }
        } catch (IOException notLinux) {
            files = UNKNOWN;
        }
        return connections(files);
    }

    static int connections(long files) {
        long forBoth = (files - RESERVED) / 2;
        int probes = EngineOptions.probes((int) Math.clamp(forBoth, 1, Integer.MAX_VALUE));
        return (int) Math.clamp(forBoth - probes / 2, 1, Integer.MAX_VALUE);
    }
}
