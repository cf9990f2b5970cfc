package dev.plimsoll.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.app.FakeGateway.Stream;
import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigApplied;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.TargetConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import dev.plimsoll.agent.protocol.VipOwnership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand changes of the configuration a minute, through the control stream, under clients that
 * never stop. {@code -Dplimsoll.churn.seconds=600} makes it last.
 */
class ConfigChurnTest {
    private static final int SECONDS = Integer.getInteger("plimsoll.churn.seconds", 6);
    private static final int PER_MINUTE = 1_000;
    private static final int CHANGES = SECONDS * PER_MINUTE / 60;
    private static final int BUSY = 50;
    private static final int VISITS = 100;

    /** Long enough for a JVM to have settled by its second quarter. */
    private static final int SECONDS_TO_JUDGE_MEMORY = 300;

    private static final double MOST_GROWTH = 1.15;

    private final UUID loadBalancer = UUID.randomUUID();
    private final int port = EchoTarget.freePort();
    private final List<Long> propagationNanos = new ArrayList<>();
    private final List<Long> residentKilobytes = new ArrayList<>();

    // Kept after a failure: the agent's log is there.
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private volatile long revision;

    ConfigChurnTest() throws IOException {}

    @Test
    void noConnectionIsLostThroughAThousandChangesAMinute() throws Exception {
        var authority = new TestAuthority();
        var lock = new VipOwnership.FileLock(folder.resolve("lock").toString());
        try (var gateway = new FakeGateway(authority, 0);
                var one = new EchoTarget(loadBalancer);
                var other = new EchoTarget(loadBalancer);
                var agent =
                        AgentProcess.in(
                                folder.resolve("agent"),
                                loadBalancer,
                                authority,
                                gateway.port(),
                                lock)) {
            agent.start();
            var stream = gateway.nextStream();
            push(stream, one, other);
            await().until(() -> EchoTarget.answers(one.port));
            try (var crowd = new Crowd(one.port, BUSY, VISITS)) {
                change(agent, stream, one, other);

                assertThat(crowd.failures()).isEmpty();
                assertThat(crowd.visits()).isPositive();
                System.out.printf("%d changes, %d visits; ", CHANGES, crowd.visits());
            }
            assertThat(agent.logged()).doesNotContain("ERROR");
        }
        tellAndJudge();
    }

    private void change(AgentProcess agent, Stream stream, EchoTarget one, EchoTarget other)
            throws Exception {
        try (var clock = Executors.newScheduledThreadPool(2)) {
            var changes =
                    clock.scheduleAtFixedRate(
                            () -> propagationNanos.add(timed(() -> push(stream, one, other))),
                            0,
                            TimeUnit.MINUTES.toNanos(1) / PER_MINUTE,
                            TimeUnit.NANOSECONDS);
            var samples =
                    clock.scheduleAtFixedRate(
                            () -> residentKilobytes.add(resident(agent)), 1, 1, TimeUnit.SECONDS);
            await().atMost(Duration.ofSeconds(3L * SECONDS + 60))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> revision > CHANGES || changes.isDone());
            end(changes);
            end(samples);
        }
        assertThat(revision).isGreaterThan(CHANGES);
    }

    private static void end(ScheduledFuture<?> repeated) throws Exception {
        if (!repeated.cancel(false)) {
            repeated.get(); // says why it ended
        }
    }

    private void push(Stream stream, EchoTarget one, EchoTarget other) throws Exception {
        long next = revision + 1;
        stream.push(config(next, one, other));
        assertThat(stream.next(ConfigApplied.class).applied().revision()).isEqualTo(next);
        revision = next; // one thread writes it
    }

    /** Now the one target, now the other, now both; a second listener that comes and goes. */
    private AgentConfig config(long revision, EchoTarget one, EchoTarget other) {
        var config = one.config(revision);
        var listeners = new ArrayList<>(config.listeners());
        if (revision % 2 == 0) {
            listeners.add(
                    new ListenerConfig(
                            "more", ListenerConfig.Protocol.TCP, port, "a", 60_000, List.of()));
        }
        var targets = new ArrayList<TargetConfig>();
        if (revision % 3 != 0) {
            targets.addAll(config.targetPools().getFirst().targets());
        }
        if (revision % 3 != 1) {
            targets.addAll(other.config(revision).targetPools().getFirst().targets());
        }
        var pool = config.targetPools().getFirst();
        return new AgentConfig(
                loadBalancer,
                revision,
                revision,
                config.vips(),
                2 * (BUSY + VISITS),
                List.of(),
                listeners,
                List.of(
                        new TargetPoolConfig(
                                pool.name(), pool.balancing(), pool.healthCheck(), targets)));
    }

    private void tellAndJudge() {
        var sorted = propagationNanos.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                "applied after p50 %.1f ms, p99 %.1f ms, at most %.1f ms; resident %d to %d MB%n",
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6,
                sorted[sorted.length - 1] / 1e6,
                residentKilobytes.stream().mapToLong(Long::longValue).min().orElse(0) / 1024,
                residentKilobytes.stream().mapToLong(Long::longValue).max().orElse(0) / 1024);
        if (SECONDS >= SECONDS_TO_JUDGE_MEMORY) {
            assertThat(quarter(3)).as("resident kB").isLessThan(MOST_GROWTH * quarter(1));
        }
    }

    private double quarter(int number) {
        int length = residentKilobytes.size() / 4;
        return residentKilobytes.subList(number * length, (number + 1) * length).stream()
                .mapToLong(Long::longValue)
                .average()
                .orElseThrow();
    }

    private static long resident(AgentProcess agent) {
        try {
            var status = Files.readString(Path.of("/proc/" + agent.pid() + "/status"));
            return Arrays.stream(status.split("\n"))
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long timed(Work work) {
        var began = System.nanoTime();
        try {
            work.run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return System.nanoTime() - began;
    }

    private interface Work {
        void run() throws Exception;
    }
}
