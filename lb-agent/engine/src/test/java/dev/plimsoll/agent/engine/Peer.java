package dev.plimsoll.agent.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.plimsoll.agent.protocol.TargetConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Somebody else's program as a target or a client. Where it is not installed the test is skipped,
 * by name; {@code ./plimsoll test} installs what it can, and counts a skipped test as a failed one
 * where PLIMSOLL_REQUIRE_ALL=1 asks for that.
 */
final class Peer implements AutoCloseable {
    private final Process process;
    private final Path output;
    private final int port;

    private Peer(Process process, Path output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    static Path program(String name) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(":")),
                        Stream.of("/usr/sbin", "/sbin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> abort(name + " is not installed"));
    }

    static int freePort(String ip) throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral(ip))) {
            return socket.getLocalPort();
        }
    }

    /** Returns when somebody listens on the port of 127.0.0.1. */
    static Peer start(Path folder, int port, List<String> command) throws IOException {
        var output = folder.resolve("output.log");
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        var peer = new Peer(process, output, port);
        await().until(peer::listens);
        return peer;
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("Ended: " + output());
        }
        try (var socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (java.net.ConnectException notYet) {
            return false;
        }
    }

    String output() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    TargetConfig config() {
        return new TargetConfig("127.0.0.1", port);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
