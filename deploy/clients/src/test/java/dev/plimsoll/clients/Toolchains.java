package dev.plimsoll.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the flow of a folder of this module with the language's own test runner. What is fetched
 * stays below {@code target} or in the toolchain's cache, and is fetched once.
 */
record Toolchains(Installation installation) {
    private static final Duration FETCH = Duration.ofMinutes(5);
    private static final Duration FLOW = Duration.ofMinutes(5);
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path CLIENTS = TARGET.resolve("clients");

    void go(String folder) throws IOException, InterruptedException {
        var go = Program.named("go");
        var program = program(folder, Map.of("GOTOOLCHAIN", "local", "GOFLAGS", "-mod=readonly"));
        program.fetch(FETCH, List.of(go, "mod", "download"));
        program.run(FLOW, List.of(go, "vet", "./..."));
        program.run(FLOW, List.of(go, "test", "-count=1", "./..."));
    }

    void python(String folder) throws IOException, InterruptedException {
        var python = python(folder, program(folder, Map.of()));
        program(folder, Map.of("PYTHONPATH", CLIENTS.resolve("python").toString()))
                .run(FLOW, List.of(python, "-m", "unittest", "-v"));
    }

    /** An environment with the folder's requirements, kept while they stay the same. */
    private static String python(String folder, Program program)
            throws IOException, InterruptedException {
        var requirements = Files.readString(Path.of(folder, "requirements.txt"));
        var environment = TARGET.resolve("python-" + folder.replace('/', '-'));
        var python = environment.resolve("bin/python").toString();
        var installed = environment.resolve("installed.txt");
        if (!Files.exists(installed) || !Files.readString(installed).equals(requirements)) {
            program.fetch(
                    FETCH,
                    List.of(
                            Program.named("python3"),
                            "-m",
                            "venv",
                            "--clear",
                            environment.toString()));
            program.fetch(
                    FETCH, List.of(python, "-m", "pip", "install", "-q", "-r", "requirements.txt"));
            Files.writeString(installed, requirements);
        }
        return python;
    }

    /** Compiles the client and the flow, all checks on, in a folder of their own. */
    void typescript(String folder) throws IOException, InterruptedException {
        var work = Files.createDirectories(TARGET.resolve("typescript"));
        try (var files = Files.list(Path.of(folder))) {
            for (var file : files.toList()) {
                Files.copy(
                        file,
                        work.resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        var client = work.resolve("client");
        if (!Files.exists(client)) {
            Files.createSymbolicLink(client, CLIENTS.resolve("typescript"));
        }
        var program = new Program(work, installation.environment());
        var node = Program.named("node");
        program.fetch(FETCH, List.of(Program.named("npm"), "ci", "--prefer-offline", "--no-audit"));
        program.run(FLOW, List.of(node, "node_modules/typescript/bin/tsc"));
        program.run(FLOW, List.of(node, "--test", "out/"));
    }

    private Program program(String folder, Map<String, String> more) {
        var environment = new HashMap<>(installation.environment());
        environment.putAll(more);
        return new Program(Path.of(folder).toAbsolutePath(), environment);
    }
}
