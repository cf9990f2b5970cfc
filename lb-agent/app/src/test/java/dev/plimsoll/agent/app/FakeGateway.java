package dev.plimsoll.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.app.machine.ConfigDocument;
import dev.plimsoll.agent.app.machine.Json;
import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.Authorities;
import dev.plimsoll.agent.protocol.Enrolment;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.agent.protocol.GatewayMessage;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.netty.resources.LoopResources;

/**
 * A gateway for agents on real TLS sockets: enrols, renews, keeps streams, says what it is told to.
 */
final class FakeGateway implements AutoCloseable {
    static final String TOKEN = "one-time-token";
    private static final String MACHINE_OF = "CN=";

    volatile TestAuthority issuing;
    private final DisposableServer server;
    private final BlockingQueue<Stream> streams = new LinkedBlockingQueue<>();
    private final Queue<Stream> all = new ConcurrentLinkedQueue<>();
    final AtomicInteger enrolments = new AtomicInteger();
    final AtomicInteger renewals = new AtomicInteger();
    final AtomicInteger denials = new AtomicInteger();
    volatile boolean denying;
    volatile boolean denyingRenewals;
    volatile String token = TOKEN;
    volatile Duration lifeOfCertificates = Duration.ofHours(1);
    private final LoopResources loops = LoopResources.create("fake-gateway", 1, 1, true);
    private final CountDownLatch closing = new CountDownLatch(1);

    FakeGateway(TestAuthority authority, int port) throws Exception {
        this(authority, port, authority.gatewayCertificate);
    }

    FakeGateway(TestAuthority authority, int port, X509Certificate certificate) throws Exception {
        this.issuing = authority;
        var tls =
                SslContextBuilder.forServer(authority.gatewayKeys.getPrivate(), certificate)
                        .sslProvider(SslProvider.JDK)
                        .trustManager(authority.certificate)
                        .clientAuth(ClientAuth.OPTIONAL)
                        .build();
        this.server =
                HttpServer.create()
                        .host("127.0.0.1")
                        .port(port)
                        .secure(spec -> spec.sslContext(tls))
                        .runOn(loops)
                        .route(routes ->
                                routes.post("/v1/enrol", this::enrol)
                                        .post("/v1/renew", this::renew)
                                        .get("/v1/stream", this::stream))
                        .bindNow();
    }

    /** Connections stay, and nobody answers on them, as when the process is stopped. */
    void freeze() {
        loops.onServer(LoopResources.hasNativeSupport())
                .execute(() -> {
                    try {
                        closing.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    int port() {
        return server.port();
    }

    private Publisher<Void> enrol(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asString()
                .flatMap(text -> {
                    var body = Json.strict().readValue(text, Enrolment.Request.class);
                    if (!body.token().equals(token)) {
                        denials.incrementAndGet();
                        return response.status(403).send();
                    }
                    enrolments.incrementAndGet();
                    return certificate(response, body.csrPem());
                });
    }

    private Publisher<Void> renew(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asString()
                .flatMap(text -> {
                    if (clientOf(request) == null) {
                        return response.status(401).send();
                    }
                    if (denyingRenewals) {
                        return response.status(403).send();
                    }
                    renewals.incrementAndGet();
                    return certificate(
                            response,
                            Json.strict().readValue(text, Enrolment.Renewal.class).csrPem());
                });
    }

    private Mono<Void> certificate(HttpServerResponse response, String csrPem) {
        try {
            var certificate = issuing.certify(csrPem, "machine", 1, lifeOfCertificates);
            var json =
                    Json.strict()
                            .writeValueAsString(
                                    new Enrolment.Response(TestAuthority.pem(certificate), null));
            return response.sendString(Mono.just(json)).then();
        } catch (Exception e) {
            return Mono.error(e);
        }
    }

    private Publisher<Void> stream(HttpServerRequest request, HttpServerResponse response) {
        var client = clientOf(request);
        if (denying || client == null) {
            denials.incrementAndGet();
            return response.status(403).send();
        }
        assertThat(client.getSubjectX500Principal().getName()).contains(MACHINE_OF + "machine");
        return response.sendWebsocket(
                this::converse,
                WebsocketServerSpec.builder().maxFramePayloadLength(5 * 1024 * 1024).build());
    }

    private static X509Certificate clientOf(HttpServerRequest request) {
        var found = new X509Certificate[1];
        request.withConnection(connection -> {
            var channel = connection.channel();
            var tls =
                    (channel.pipeline().get(SslHandler.class) == null ? channel.parent() : channel)
                            .pipeline()
                            .get(SslHandler.class);
            try {
                found[0] = (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
            } catch (javax.net.ssl.SSLPeerUnverifiedException anonymous) {
                found[0] = null;
            }
        });
        return found[0];
    }

    private Publisher<Void> converse(WebsocketInbound in, WebsocketOutbound out) {
        var stream = new Stream();
        all.add(stream);
        streams.add(stream);
        var heard =
                in.aggregateFrames(5 * 1024 * 1024)
                        .receive()
                        .asString()
                        .doOnNext(text ->
                                stream.heard.add(Json.strict().readValue(text, AgentMessage.class)))
                        .then();
        return Mono.firstWithSignal(heard, out.sendString(stream.toSay.asFlux()).then());
    }

    void endStreams() {
        all.forEach(stream -> stream.toSay.tryEmitComplete());
    }

    /** How many were ever opened. */
    int streams() {
        return all.size();
    }

    /** The next agent that opens a stream. */
    Stream nextStream() throws InterruptedException {
        var stream = streams.poll(45, TimeUnit.SECONDS);
        assertThat(stream).as("a stream within 45 s").isNotNull();
        return stream;
    }

    static final class Stream {
        private final BlockingQueue<AgentMessage> heard = new LinkedBlockingQueue<>();
        private final Sinks.Many<String> toSay =
                Sinks.many().unicast().onBackpressureBuffer(new LinkedBlockingQueue<>());

        /** The next message of a kind; others that come before it are passed over. */
        <M extends AgentMessage> M next(Class<M> type) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (true) {
                var message = heard.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                assertThat(message).as("a " + type.getSimpleName() + " within 30 s").isNotNull();
                if (type.isInstance(message)) {
                    return type.cast(message);
                }
            }
        }

        AgentMessage first() throws InterruptedException {
            return heard.poll(30, TimeUnit.SECONDS);
        }

        void push(AgentConfig config) {
            var text = Json.strict().writeValueAsString(config);
            push(config.revision(), text, ConfigDocument.sha256(text));
        }

        void push(long revision, String text, String sha256) {
            say(new GatewayMessage.ConfigPushed(revision, text, sha256));
        }

        void tellOf(GatewayAddress... gateways) {
            say(new GatewayMessage.GatewaysChanged(List.of(gateways)));
        }

        void tellOf(Authorities authorities) {
            say(new GatewayMessage.AuthoritiesChanged(authorities, 100));
        }

        void retire() {
            say(new GatewayMessage.Retired("The test is over."));
        }

        void say(GatewayMessage message) {
            var text = Json.strict().writerFor(GatewayMessage.class).writeValueAsString(message);
            assertThat(toSay.tryEmitNext(text)).isEqualTo(Sinks.EmitResult.OK);
        }

        void end() {
            assertThat(toSay.tryEmitComplete()).isEqualTo(Sinks.EmitResult.OK);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.dispose();
        server.onDispose().block(Duration.ofSeconds(5));
        all.forEach(stream -> stream.toSay.tryEmitComplete());
    }
}
