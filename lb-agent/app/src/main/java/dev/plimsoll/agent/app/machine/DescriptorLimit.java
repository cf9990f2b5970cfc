package dev.plimsoll.agent.app.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** How many connections the process can hold: two descriptors each, and some for itself. */
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
        return (int) Math.clamp((files - RESERVED) / 2, 1, Integer.MAX_VALUE);
    }
}
