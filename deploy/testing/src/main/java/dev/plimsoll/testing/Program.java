package dev.plimsoll.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Runs another program in the calling thread's namespace. */
final class Program {
    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    private Program() {}

    static boolean exists(String name) {
        return Stream.of(PATH.split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    /** What it printed. */
    static String run(String input, String... line) throws IOException {
        var builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("PATH", PATH);
        var process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.US_ASCII));
        }
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", line) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while " + line[0] + " ran", e);
        }
        return said;
    }
}
