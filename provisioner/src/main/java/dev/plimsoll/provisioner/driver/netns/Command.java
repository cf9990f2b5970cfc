package dev.plimsoll.provisioner.driver.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs other programs: no shell, bounded time, and what they complain of in the failure. */
final class Command {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int LONGEST_COMPLAINT = 500;
    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    private Command() {}

    static boolean exists(String program) {
        return List.of(PATH.split(":", -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** What it printed. */
    static String run(List<String> line, String input) throws IOException {
        var builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().putAll(Map.of("PATH", PATH, "LC_ALL", "C"));
        var process = builder.start();
        var output = CompletableFuture.supplyAsync(() -> read(process), Command::onOwnThread);
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException _) {
            // it ended without reading: its exit code says why
        }
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        name(line) + " did not end within " + LIMIT.toSeconds() + " s");
            }
            var said = output.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (process.exitValue() != 0) {
                throw new IOException(name(line) + " failed: " + shortened(said));
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while " + name(line) + " ran", e);
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            throw new IOException("Cannot read what " + name(line) + " says", e);
        } finally {
            process.destroyForcibly();
        }
    }

    static String run(String... line) throws IOException {
        return run(List.of(line), "");
    }

    static List<String> line(List<String> before, String... rest) {
        var line = new ArrayList<>(before);
        line.addAll(List.of(rest));
        return line;
    }

    private static void onOwnThread(Runnable work) {
        Thread.ofVirtual().start(work);
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(List<String> line) {
        return String.join(" ", line);
    }

    private static String shortened(String text) {
        var stripped = text.strip();
        return stripped.length() <= LONGEST_COMPLAINT
                ? stripped
                : stripped.substring(0, LONGEST_COMPLAINT) + "…";
    }
}
