package dev.plimsoll.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.app.machine.Json;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.agent.protocol.VipOwnership;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** An agent in a process of its own, started as a driver starts it. */
final class AgentProcess implements AutoCloseable {
    private final Path folder;
    private Process process;

    private AgentProcess(Path folder) {
        this.folder = folder;
    }

    static AgentProcess in(
            Path folder, UUID loadBalancer, TestAuthority authority, int gatewayPort, Path lock)
            throws Exception {
        return in(
                folder,
                loadBalancer,
                authority,
                gatewayPort,
                new VipOwnership.FileLock(lock.toString()));
    }

    static AgentProcess in(
            Path folder,
            UUID loadBalancer,
            TestAuthority authority,
            int gatewayPort,
            VipOwnership vip)
            throws Exception {
        Files.createDirectories(folder);
        var agent = new AgentProcess(folder);
        agent.bootstrap(
                new Bootstrap(
                        UUID.randomUUID(),
                        1,
                        loadBalancer,
                        List.of(new GatewayAddress("127.0.0.1", gatewayPort)),
                        TestAuthority.pem(authority.certificate),
                        FakeGateway.TOKEN,
                        vip,
                        0));
        return agent;
    }

    /** Another process for the same folder. */
    AgentProcess twin() {
        return new AgentProcess(folder);
    }

    void bootstrap(Bootstrap bootstrap) throws IOException {
        Files.writeString(
                folder.resolve(Bootstrap.FILE), Json.strict().writeValueAsString(bootstrap));
    }

    AgentProcess start() throws IOException {
        var classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        process =
                new ProcessBuilder(
                                List.of(
                                        ProcessHandle.current().info().command().orElseThrow(),
                                        "@"
                                                + new File("src/main/dist/agent.jvmargs")
                                                        .getAbsolutePath(),
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        classPath,
                                        AgentMain.class.getName(),
                                        "--dir",
                                        folder.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                        .start();
        return this;
    }

    private Path log() {
        return folder.resolve("agent.log");
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    String logged() throws IOException {
        return Files.readString(log());
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ended within 20 s").isTrue();
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
