package dev.plimsoll.provisioner.driver.process;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks agents on this host whether they live. Only silence counts against one: whoever answers
 * anything at all, or refuses, does not hang; and neither does one that was asked by a process
 * which was itself held up, as on a host that stood still.
 */
public final class Pulse implements AutoCloseable {
    private static final int ASKERS = 8;
    private static final byte[] QUESTION =
            "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final Map<MachineId, Subject> subjects = new ConcurrentHashMap<>();
    private final Patience patience;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("pulse").factory());

    /** Few: where many agents are silent the others are asked later, and not judged by it. */
    private final ExecutorService askers =
            Executors.newFixedThreadPool(
                    ASKERS, Thread.ofPlatform().daemon().name("pulse-", 1).factory());

    /**
     * @param every from one question to the next
     * @param timeout for an answer
     * @param failures that many in a row, and the agent hangs
     */
    public record Patience(Duration every, Duration timeout, int failures) {
        public Patience {
            if (every.toMillis() < 1 || timeout.toMillis() < 1 || failures < 1) {
                throw new IllegalArgumentException(
                        "every, timeout and failures must be positive: %s, %s, %d"
                                .formatted(every, timeout, failures));
            }
        }
    }

    public Pulse(Patience patience) {
        this.patience = patience;
        long millis = patience.every().toMillis();
        clock.scheduleAtFixedRate(this::askAll, millis, millis, TimeUnit.MILLISECONDS);
    }

    /**
     * @param folder where the agent writes at which address it can be asked; one that has not is
     *     not asked
     */
    public void watch(MachineId machine, ProcessIdentity process, Path folder) {
        subjects.compute(
                machine,
                (_, known) ->
                        known != null && known.process.equals(process)
                                ? known
                                : new Subject(process, folder.resolve(Bootstrap.ADMIN_FILE)));
    }

    public void forget(MachineId machine) {
        subjects.remove(machine);
    }

    /** Whether it has left too many questions in a row without an answer. */
    public boolean isSilent(MachineId machine, ProcessIdentity process) {
        var subject = subjects.get(machine);
        return subject != null
                && subject.process.equals(process)
                && subject.unanswered.get() >= patience.failures();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        askers.shutdownNow();
    }

    private void askAll() {
        subjects.values()
                .forEach(subject -> {
                    if (subject.isAsked.compareAndSet(false, true)) {
                        askers.execute(() -> ask(subject));
                    }
                });
    }

    private void ask(Subject subject) {
        try {
            var address = subject.address();
            if (address.isEmpty()) {
                return;
            }
            var began = System.nanoTime();
            if (answers(address.get())) {
                subject.unanswered.set(0);
            } else if (System.nanoTime() - began < 3 * patience.timeout().toNanos()) {
                subject.unanswered.incrementAndGet();
            }
        } finally {
            subject.isAsked.set(false);
        }
    }

    private boolean answers(InetSocketAddress address) {
        int millis = (int) patience.timeout().toMillis();
        try (var socket = new Socket()) {
            socket.connect(address, millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream().write(QUESTION);
            var _ = socket.getInputStream().read();
            return true;
        } catch (SocketTimeoutException silence) {
            return false;
        } catch (IOException _) {
            return true; // the kernel answers for a process that ends, or does not listen
        }
    }

    private record Subject(
            ProcessIdentity process, Path file, AtomicBoolean isAsked, AtomicInteger unanswered) {
        Subject(ProcessIdentity process, Path file) {
            this(process, file, new AtomicBoolean(), new AtomicInteger());
        }

        Optional<InetSocketAddress> address() {
            try {
                var text = Files.readString(file).strip();
                int colon = text.lastIndexOf(':');
                return Optional.of(
                        new InetSocketAddress(
                                text.substring(0, colon),
                                Integer.parseInt(text.substring(colon + 1))));
            } catch (IOException | RuntimeException notYet) {
                return Optional.empty();
            }
        }
    }
}
