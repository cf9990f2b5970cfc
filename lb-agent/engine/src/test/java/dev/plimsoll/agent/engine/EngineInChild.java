package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.TargetConfig;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * An engine in a process of its own, with few descriptors. Each command is answered with its count.
 */
final class EngineInChild implements AutoCloseable {
    private static final char TAKE = 't';
    private static final char FREE = 'f';

    private final Process process;
    private final BufferedReader answers;
    private final int port;

    private EngineInChild(Process process, int port) {
        this.process = process;
        this.answers =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        this.port = port;
    }

    static EngineInChild start(int port, int targetPort, int descriptors) throws IOException {
        var classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        var process =
                new ProcessBuilder(
                                "/bin/sh",
                                "-c",
                                "ulimit -n " + descriptors + "; exec \"$@\"",
                                "sh",
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx64m",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classPath,
                                EngineInChild.class.getName(),
                                Integer.toString(port),
                                Integer.toString(targetPort))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        return new EngineInChild(process, port);
    }

    public static void main(String[] ports) throws IOException {
        var events =
                new EngineEvents() {
                    @Override
                    public void targetChanged(
                            dev.plimsoll.agent.protocol.AgentMessage.TargetHealth health) {}

                    @Override
                    public void fault(String sentence, Throwable cause) {
                        System.err.println(sentence + " " + cause);
                    }
                };
        try (var engine = Engine.start(EngineOptions.defaults(5_000), events)) {
            engine.listen(Duration.ZERO);
            engine.apply(
                    Configs.revision(1)
                            .listener(Integer.parseInt(ports[0]), "a")
                            .pool(
                                    "a",
                                    (HealthCheckConfig) null,
                                    new TargetConfig("127.0.0.1", Integer.parseInt(ports[1])))
                            .build(),
                    "hash");
            var taken = new ArrayDeque<InputStream>();
            for (int command = System.in.read(); command >= 0; command = System.in.read()) {
                switch (command) {
                    case TAKE -> takeAll(taken);
                    case FREE -> {
                        while (!taken.isEmpty()) {
                            taken.remove().close();
                        }
                    }
                    default -> {}
                }
                System.out.println(engine.meters().acceptFailures());
            }
        }
    }

    private static void takeAll(Queue<InputStream> taken) {
        while (true) {
            try {
                taken.add(new FileInputStream("/dev/null"));
            } catch (IOException noneLeft) {
                return;
            }
        }
    }

    void takeAllDescriptors() throws IOException {
        ask(TAKE);
    }

    void freeDescriptors() throws IOException {
        ask(FREE);
    }

    int port() {
        return port;
    }

    long acceptFailures() throws IOException {
        return ask('?');
    }

    private long ask(char command) throws IOException {
        process.getOutputStream().write(command);
        process.getOutputStream().flush();
        return Long.parseLong(answers.readLine());
    }

    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
