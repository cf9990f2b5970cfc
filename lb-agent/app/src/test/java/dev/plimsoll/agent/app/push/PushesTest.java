package dev.plimsoll.agent.app.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.app.machine.MachineFolder;
import dev.plimsoll.agent.app.push.Collector.Answer;
import dev.plimsoll.agent.protocol.ObservabilityConfig;
import dev.plimsoll.agent.protocol.ObservabilityConfig.PushTarget;
import dev.plimsoll.agent.protocol.PushReport;
import dev.plimsoll.agent.protocol.PushReport.Kind;
import dev.plimsoll.agent.protocol.PushReport.Reason;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes over real sockets, to somebody who is there, or is not, or does not want them. */
class PushesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String LOOPBACK = "127.0.0.1/32";

    @TempDir Path folder;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private Collector collector;
    private Pushes pushes;

    PushesTest() {
        GaugeWithCallback.builder()
                .name("nlb_connections_active")
                .help("Open.")
                .callback(call -> call.call(42))
                .register(registry);
    }

    @BeforeEach
    void begin() throws IOException {
        collector = new Collector();
        pushes = pushes();
    }

    private Pushes pushes() {
        var some = new Pushes(new PushFile(new MachineFolder(folder)));
        some.start(this::feed, () -> {});
        return some;
    }

    private Feed feed(Kind kind) {
        return new MetricsFeed(
                registry::scrape, new Identification(UUID.randomUUID()), InstantSource.system());
    }

    @AfterEach
    void end() {
        pushes.onConfig(null);
        collector.close();
    }

    @Test
    void samplesArriveAsTheProtocolHasIt() {
        pushes.onConfig(metricsTo(collector.url("/api/v1/write?tenant=7")));
        pushes.onAccess(Collector.access("open-sesame", LOOPBACK));

        await().atMost(LIMIT).until(() -> collector.requests().size() > 1);
        var request = collector.requests().getFirst();
        assertThat(request.path()).isEqualTo("/api/v1/write?tenant=7");
        assertThat(request.identity()).isEqualTo("me:open-sesame");
        assertThat(request.headers().getFirst("Content-Encoding")).isEqualTo("snappy");
        assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/x-protobuf");
        assertThat(request.headers().getFirst("X-Prometheus-Remote-Write-Version"))
                .isEqualTo("0.1.0");
        assertThat(request.headers().getFirst("Host")).isEqualTo("127.0.0.1:" + collector.port());
        assertThat(Received.of(Snappy.decompress(request.body())))
                .singleElement()
                .satisfies(sample -> {
                    assertThat(sample.name()).isEqualTo("nlb_connections_active");
                    assertThat(sample.value()).isEqualTo(42);
                });
        await().atMost(LIMIT).until(() -> report().lastSuccessEpochMillis() != null);
        assertThat(report().consecutiveFailures()).isZero();
        assertThat(report().url()).isEqualTo(collector.url("/api/v1/write"));
        assertThat(pushes.meters().taken(Kind.METRICS)).isPositive();
    }

    @Test
    void addressThatNobodyMayPushToIsNotEvenConnectedTo() {
        pushes.onConfig(metricsTo(collector.url("/")));
        pushes.onAccess(Collector.access("open-sesame", "127.0.0.2/32"));

        await().atMost(LIMIT).until(() -> failed(Reason.ADDRESS_REFUSED));
        assertThat(collector.requests()).isEmpty();

        pushes.onAccess(Collector.access("open-sesame", LOOPBACK));
        await().atMost(LIMIT).until(() -> !collector.requests().isEmpty());
    }

    @Test
    void nameIsJudgedByTheAddressThatIsConnectedTo() {
        pushes.onConfig(metricsTo("http://localhost:" + collector.port() + "/"));
        pushes.onAccess(Collector.access("open-sesame"));

        await().atMost(LIMIT).until(() -> failed(Reason.ADDRESS_REFUSED));
        assertThat(collector.requests()).isEmpty();
    }

    @Test
    void wrongPasswordIsSeenAndTheRightOneCountsAtOnce() {
        collector.answer(new Answer(401));
        pushes.onConfig(metricsTo(collector.url("/")));
        pushes.onAccess(Collector.access("wrong", LOOPBACK));
        await().atMost(LIMIT).until(() -> failed(Reason.DENIED));
        assertThat(report().lastFailure().httpStatus()).isEqualTo(401);
        await().atMost(LIMIT).until(() -> pushes.meters().dropped(Kind.METRICS) > 0);

        collector.answer(new Answer(204));
        pushes.onAccess(Collector.access("right", LOOPBACK));

        await().atMost(LIMIT).until(() -> report().lastSuccessEpochMillis() != null);
        assertThat(collector.requests().getLast().identity()).isEqualTo("me:right");
        assertThat(report().dropped()).isPositive();
    }

    @Test
    void whatIsNotTakenNowIsPushedAgainAndNothingIsLost() {
        collector.answer(new Answer(503), new Answer(429, "Retry-After", "1"), new Answer(200));
        pushes.onConfig(metricsTo(collector.url("/")));
        pushes.onAccess(Collector.access("open-sesame", LOOPBACK));

        await().atMost(LIMIT).until(() -> collector.requests().size() > 4);
        var requests = collector.requests();
        assertThat(requests.get(1).body()).isEqualTo(requests.get(0).body());
        assertThat(requests.get(2).body()).isEqualTo(requests.get(0).body());
        assertThat(requests.get(3).body()).isNotEqualTo(requests.get(0).body());
        await().atMost(LIMIT).until(() -> report().consecutiveFailures() == 0);
        assertThat(report().lastFailure().httpStatus()).isEqualTo(429);
        assertThat(report().dropped()).isZero();
        assertThat(pushes.meters().failed(Kind.METRICS)).isEqualTo(2);
    }

    @Test
    void answerThatSendsElsewhereIsNotFollowed() throws Exception {
        try (var elsewhere = new Collector()) {
            collector.answer(new Answer(307, "Location", elsewhere.url("/")));
            pushes.onConfig(metricsTo(collector.url("/")));
            pushes.onAccess(Collector.access("open-sesame", LOOPBACK));

            await().atMost(LIMIT).until(() -> failed(Reason.REDIRECTED));
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @Test
    void samplesOfAnOutageFollowWhenItIsOver() throws Exception {
        int port = collector.port();
        collector.close();
        pushes.onConfig(metricsTo("http://127.0.0.1:" + port + "/"));
        pushes.onAccess(Collector.access("open-sesame", LOOPBACK));
        await().atMost(LIMIT).until(() -> failed(Reason.UNREACHABLE));
        await().atMost(LIMIT).until(() -> report().consecutiveFailures() > 1);

        collector = new Collector(port);

        await().atMost(LIMIT).until(() -> collector.requests().size() > 10);
        assertThat(
                        collector.requests().stream()
                                .map(it -> Received.of(Snappy.decompress(it.body())))
                                .mapToLong(it -> it.getFirst().atEpochMillis()))
                .isSorted();
    }

    @Test
    void serverThatIsNoTlsServerIsSaidToBeNone() throws Exception {
        try (var plain = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            pushes.onConfig(metricsTo("https://127.0.0.1:" + plain.getLocalPort() + "/"));
            pushes.onAccess(Collector.access("open-sesame", LOOPBACK));
            try (var connection = plain.accept()) {
                connection
                        .getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));

                await().atMost(LIMIT).until(() -> failed(Reason.TLS));
            }
        }
    }

    @Test
    void nameThatNobodyHasIsSaidToBeUnknown() {
        pushes.onConfig(metricsTo("http://nobody.invalid/"));
        pushes.onAccess(Collector.access("open-sesame", LOOPBACK));

        await().atMost(LIMIT).until(() -> failed(Reason.UNRESOLVED));
    }

    @Test
    void serverThatSaysNothingIsNotWaitedForForEver() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            pushes.onConfig(metricsTo("http://127.0.0.1:" + silent.getLocalPort() + "/"));
            pushes.onAccess(Collector.access("open-sesame", LOOPBACK));

            await().atMost(LIMIT).until(() -> failed(Reason.TIMEOUT));
        }
    }

    @Test
    void credentialsThatAreNotThereAreMissed() {
        pushes.onConfig(
                new ObservabilityConfig(new PushTarget(collector.url("/"), "credentials-2"), null));
        pushes.onAccess(Collector.access("open-sesame", LOOPBACK));

        await().atMost(LIMIT).until(() -> failed(Reason.NO_CREDENTIALS));
        assertThat(collector.requests()).isEmpty();
    }

    @Test
    void accessIsKeptForTheNextLifeAndGoneWithTheLastTarget() throws Exception {
        var file = folder.resolve("push.json");
        pushes.onAccess(Collector.access("open-sesame", LOOPBACK));
        assertThat(file).doesNotExist();
        pushes.onConfig(metricsTo(collector.url("/first")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        var next = pushes();
        next.onConfig(metricsTo(collector.url("/second")));
        await().atMost(LIMIT)
                .until(() ->
                        collector.requests().stream()
                                .anyMatch(request ->
                                        request.path().equals("/second")
                                                && request.identity().equals("me:open-sesame")));

        next.onConfig(null);
        assertThat(file).doesNotExist();
        assertThat(next.reports()).isEmpty();
    }

    @Test
    void nobodyIsPushedToAndNoThreadIsThereWithoutATarget() {
        pushes.onAccess(Collector.access("open-sesame", LOOPBACK));
        await("those of other tests have gone").atMost(LIMIT).until(() -> threads() == 0);
        pushes.onConfig(metricsTo(collector.url("/")));
        await().atMost(LIMIT).until(() -> !collector.requests().isEmpty());
        assertThat(threads()).isPositive();

        pushes.onConfig(null);

        await().atMost(LIMIT).until(() -> threads() == 0);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("agent-push"))
                .count();
    }

    private static ObservabilityConfig metricsTo(String url) {
        return new ObservabilityConfig(new PushTarget(url, "credentials-1"), null);
    }

    private PushReport report() {
        return pushes.reports().getFirst();
    }

    private boolean failed(Reason reason) {
        var failure = report().lastFailure();
        return failure != null && failure.reason() == reason;
    }
}
