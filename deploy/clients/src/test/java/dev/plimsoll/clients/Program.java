package dev.plimsoll.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Other programs, run in a folder and with an environment of their own. A toolchain that is missing
 * here, or cannot fetch what it needs, skips the test by name; {@code ./plimsoll test} counts that
 * as a failure where PLIMSOLL_REQUIRE_ALL=1 asks for it.
 */
record Program(Path folder, Map<String, String> environment) {
    static String named(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseGet(() -> abort(name + " is not installed"));
    }

    void run(Duration limit, List<String> command) throws IOException, InterruptedException {
        var said = said(limit, command);
        assertThat(said.exit()).as(command + " said:\n" + said.text()).isZero();
    }

    /** For what only fetches: not to get it is no fault of what is tested. */
    void fetch(Duration limit, List<String> command) throws IOException, InterruptedException {
        var said = said(limit, command);
        if (said.exit() != 0) {
            abort(command + " failed:\n" + said.text());
        }
    }

    private record Said(int exit, String text) {}

    private Said said(Duration limit, List<String> command)
            throws IOException, InterruptedException {
        var output = Files.createTempFile("plimsoll-clients", ".txt");
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            var ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
            var text = Files.readString(output);
            return ended
                    ? new Said(process.exitValue(), text)
                    : new Said(-1, text + "\n(did not end in " + limit.toSeconds() + " s)");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
