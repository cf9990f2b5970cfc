package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * Where a target is asked by HTTP how it is: at {@link #PATH} only. The probes of one process can
 * be held, each until the test says how it is answered, so that a test counts probes and not
 * seconds.
 */
final class HealthEndpoint implements AutoCloseable {
    static final String PATH = "/healthz?full=yes";

    private static final long LIMIT_SECONDS = Installation.PATIENCE.toSeconds();
    private static final long NOBODY = -1;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore held = new Semaphore(0);
    private final SynchronousQueue<Integer> answers = new SynchronousQueue<>();
    private volatile int status;
    private volatile long heldProcess = NOBODY;

    private HealthEndpoint(HttpServer server, int status) {
        this.server = server;
        this.status = status;
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    static HealthEndpoint start(String address, int port, int status) throws IOException {
        return new HealthEndpoint(
                HttpServer.create(new InetSocketAddress(address, port), 0), status);
    }

    static HealthEndpoint start(String address, int port, SSLContext tls) throws IOException {
        var server = HttpsServer.create(new InetSocketAddress(address, port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new HealthEndpoint(server, 200);
    }

    void answersFromNowOn(int newStatus) {
        status = newStatus;
    }

    /** From its next probe on. */
    void holdProbesOf(long pid) throws InterruptedException {
        heldProcess = pid;
        awaitHeld();
    }

    /** Answers the probe that is held; returns when the one after it shows that it was counted. */
    void answerOne(int newStatus) throws InterruptedException {
        assertThat(answers.offer(newStatus, LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        awaitHeld();
    }

    private void awaitHeld() throws InterruptedException {
        assertThat(held.tryAcquire(LIMIT_SECONDS, TimeUnit.SECONDS)).as("a probe comes").isTrue();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean isAsked = exchange.getRequestURI().toString().equals(PATH);
            exchange.sendResponseHeaders(isAsked ? statusFor(exchange) : 404, -1);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private int statusFor(HttpExchange exchange) throws IOException, InterruptedException {
        if (!isHeld(exchange.getRemoteAddress().getPort())) {
            return status;
        }
        held.release();
        return Objects.requireNonNullElse(answers.poll(LIMIT_SECONDS, TimeUnit.SECONDS), status);
    }

    /** Both agents of a pair ask; the kernel knows whose socket has that port. */
    private boolean isHeld(int clientPort) throws IOException {
        if (heldProcess == NOBODY) {
            return false;
        }
        var inodes = inodes(heldProcess);
        var local = ":" + HexFormat.of().withUpperCase().toHexDigits((short) clientPort);
        return Stream.concat(sockets("tcp"), sockets("tcp6"))
                .map(line -> line.strip().split("\\s+"))
                .anyMatch(columns -> columns[1].endsWith(local) && inodes.contains(columns[9]));
    }

    private static Stream<String> sockets(String transport) throws IOException {
        return Files.readAllLines(Path.of("/proc/net", transport)).stream();
    }

    private static Set<String> inodes(long pid) throws IOException {
        try (var descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return descriptors
                    .map(HealthEndpoint::linked)
                    .filter(link -> link.startsWith("socket:["))
                    .map(link -> link.substring("socket:[".length(), link.length() - 1))
                    .collect(Collectors.toSet());
        }
    }

    private static String linked(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    @Override
    public void close() {
        heldProcess = NOBODY;
        server.stop(0);
        threads.shutdownNow();
    }
}
