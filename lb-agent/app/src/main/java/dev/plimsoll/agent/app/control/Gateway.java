package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.app.machine.Json;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.Enrolment;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.agent.protocol.GatewayMessage;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** One dial's view of the gateway: where it is, whom we trust, who we are. Its calls block. */
final class Gateway {
    private static final int MAX_DOCUMENT_BYTES = 5 * 1024 * 1024;
    private static final int MAX_WAITING_MESSAGES = 1024;
    private static final Duration CALL = Duration.ofSeconds(10);

    private final HttpClient http;
    private final Duration patience;

    /** The gateway will not have us: 401, 403, or 429 for having asked too often. */
    static final class Denied extends IOException {
        private static final long serialVersionUID = 1L;

        Denied(int status) {
            super("The gateway answered " + status);
        }
    }

    /**
     * @param patience for each step of the way to an open stream: to connect, to agree on TLS, to
     *     be let in
     */
    Gateway(GatewayAddress address, SslContext tls, Duration patience, LoopResources loops) {
        this.patience = patience;
        this.http =
                HttpClient.create(ConnectionProvider.newConnection())
                        .runOn(loops)
                        .resolver(DefaultAddressResolverGroup.INSTANCE)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) patience.toMillis())
                        .host(address.host())
                        .port(address.port())
                        .secure(spec ->
                                spec.sslContext(tls)
                                        .handshakeTimeout(patience)
                                        .handlerConfigurator(Gateway::anyName));
    }

    /**
     * Reactor Netty compares names whatever the context says. Gateways move and their addresses are
     * not in their certificates; the JDK refuses any certificate that the CA did not mark for
     * servers, so that one agent cannot pose as the gateway of another.
     */
    private static void anyName(SslHandler handler) {
        var parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("");
        handler.engine().setSSLParameters(parameters);
    }

    Enrolment.Response enrol(String token, String requestPem) throws IOException {
        return certificate("/v1/enrol", new Enrolment.Request(token, requestPem));
    }

    Enrolment.Response renew(String requestPem) throws IOException {
        return certificate("/v1/renew", new Enrolment.Renewal(requestPem));
    }

    private record Answer(int status, String body) {}

    private Enrolment.Response certificate(String path, Object request) throws IOException {
        var answer = post(path, Json.lenient().writeValueAsString(request));
        if (answer == null || answer.status != 200) {
            throw failure(answer == null ? 0 : answer.status);
        }
        return Json.lenient().readValue(answer.body, Enrolment.Response.class);
    }

    private @Nullable Answer post(String path, String body) throws IOException {
        try {
            return http.headers(headers -> headers.set("Content-Type", "application/json"))
                    .post()
                    .uri(path)
                    .send(ByteBufFlux.fromString(Mono.just(body)))
                    .responseSingle((response, content) ->
                            content.asString()
                                    .defaultIfEmpty("")
                                    .map(text -> new Answer(response.status().code(), text)))
                    .block(CALL);
        } catch (RuntimeException e) {
            throw cause(e);
        }
    }

    private static IOException failure(int status) {
        return status == 401 || status == 403 || status == 429
                ? new Denied(status)
                : new IOException("The gateway answered " + status);
    }

    /** Holds a stream until it ends; a refusal to open it is {@link Denied}. */
    void stream(StreamEvents events) throws IOException {
        var isOpen = new AtomicBoolean();
        try {
            http.doOnConnected(connection -> closeUnlessOpened(connection, isOpen))
                    .websocket(
                            WebsocketClientSpec.builder()
                                    .maxFramePayloadLength(MAX_DOCUMENT_BYTES)
                                    .build())
                    .uri("/v1/stream")
                    .handle((in, out) -> {
                        isOpen.set(true);
                        return converse(in, out, events);
                    })
                    .blockLast();
        } catch (RuntimeException e) {
            throw cause(e);
        }
    }

    private static Mono<Void> converse(
            WebsocketInbound in, WebsocketOutbound out, StreamEvents events) {
        var stream = new Stream();
        var silence = new Silence();
        in.withConnection(connection -> connection.addHandlerFirst(silence));
        var heard =
                in.aggregateFrames(MAX_DOCUMENT_BYTES)
                        .receiveFrames()
                        .ofType(TextWebSocketFrame.class) // pongs come, too
                        .map(TextWebSocketFrame::text)
                        .doOnNext(text -> hear(text, events, silence))
                        .then();
        var said = out.sendString(stream.waiting.asFlux()).then();
        events.opened(stream);
        return Mono.firstWithSignal(heard, said).doFinally(_ -> events.closed(stream));
    }

    /** A frozen gateway has the kernel accept connections for it, and then answers nothing. */
    private void closeUnlessOpened(Connection connection, AtomicBoolean isOpen) {
        var limit =
                connection
                        .channel()
                        .eventLoop()
                        .schedule(
                                () -> {
                                    if (!isOpen.get()) {
                                        connection.dispose();
                                    }
                                },
                                patience.toMillis(),
                                TimeUnit.MILLISECONDS);
        connection.onDispose(() -> limit.cancel(false));
    }

    /** What a newer gateway says and this agent does not know is no reason to end the stream. */
    private static void hear(String text, StreamEvents events, Silence silence) {
        @Nullable GatewayMessage message = Json.lenient().readValue(text, GatewayMessage.class);
        if (message instanceof GatewayMessage.Pace pace) {
            silence.keep(pace);
        }
        if (message != null) {
            events.received(message);
        }
    }

    private static final class Stream implements Outlet {
        final Sinks.Many<String> waiting =
                Sinks.many()
                        .unicast()
                        .onBackpressureBuffer(new ArrayBlockingQueue<>(MAX_WAITING_MESSAGES));

        @Override
        public void say(AgentMessage message) {
            // The type is written for the interface, not for the record.
            var text = Json.lenient().writerFor(AgentMessage.class).writeValueAsString(message);
            if (waiting.tryEmitNext(text) == Sinks.EmitResult.FAIL_OVERFLOW) {
                waiting.tryEmitError(new IOException("The gateway does not take our messages"));
            }
        }
    }

    private static IOException cause(RuntimeException thrown) {
        @Nullable Throwable cause = thrown;
        while (cause != null) {
            if (cause instanceof WebSocketClientHandshakeException refused
                    && refused.response() != null) {
                return failure(refused.response().status().code());
            }
            if (cause instanceof IOException io) {
                return io;
            }
            cause = cause.getCause();
        }
        return new IOException(thrown);
    }
}
