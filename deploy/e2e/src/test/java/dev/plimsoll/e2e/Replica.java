package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** One process of a service, which can be ended, killed, frozen and started again. */
final class Replica implements AutoCloseable {
    private static final Path DIST =
            Path.of("../standalone/target/dist").toAbsolutePath().normalize();

    private static final int LOWEST_PORT = 12_000;
    private static final int HIGHEST_PORT = 30_000;

    private final String name;
    private final String mainClass;
    private final Map<String, String> properties;
    private final Map<String, String> secrets;
    private final Path log;
    private Process process;

    /**
     * @param secrets properties that go into the environment, where they are not seen by everybody
     */
    Replica(
            String name,
            String mainClass,
            Map<String, String> properties,
            Map<String, String> secrets,
            Path log) {
        this.name = name;
        this.mainClass = mainClass;
        this.properties = properties;
        this.secrets = secrets;
        this.log = log;
    }

    /** Like another one, with a log of its own, and one property otherwise. */
    Replica(Replica like, String property, String value, Path log) {
        this(like.name, like.mainClass, with(like.properties, property, value), like.secrets, log);
    }

    private static Map<String, String> with(
            Map<String, String> properties, String property, String value) {
        var changed = new TreeMap<>(properties);
        changed.put(property, value);
        return changed;
    }

    static Path agentHome() {
        return DIST.resolve("agent");
    }

    /** Below those that connections are given, which would be taken again before it starts. */
    static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // another one
            }
        }
    }

    String name() {
        return name;
    }

    Replica start() throws IOException {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.add("@" + DIST.resolve("standalone.jvmargs"));
        line.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xms32m", "-Xmx192m"));
        var cache = DIST.resolve("standalone.aot");
        if (Files.exists(cache)) {
            line.add("-XX:AOTCache=" + cache);
        }
        line.addAll(List.of("-cp", DIST.resolve("standalone.jar").toString(), mainClass));
        properties.forEach((key, value) -> line.add("--" + key + "=" + value));
        var builder =
                new ProcessBuilder(line)
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(secrets);
        process = builder.start();
        return this;
    }

    boolean runs() {
        return process.isAlive();
    }

    String logged() throws IOException {
        return Files.readString(log);
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** SIGTERM, and the wait until it has ended by itself. */
    void end() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(name + " ends").isTrue();
    }

    /** SIGSTOP: the kernel keeps its connections, and nobody answers on them. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            kill();
        }
    }
}
