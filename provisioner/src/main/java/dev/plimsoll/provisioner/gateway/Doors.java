package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.Enrolment;
import dev.plimsoll.provisioner.ca.AgentIdentity;
import dev.plimsoll.provisioner.ca.Enrolments;
import dev.plimsoll.provisioner.gateway.GatewayMeters.Refused;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.reactivestreams.Publisher;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import tools.jackson.core.JacksonException;

/** What an agent may ask for, and who is let in. A refusal never says why. */
final class Doors {
    /** A report on 20 pools of 250 targets is about 1 MiB. */
    private static final int MAX_MESSAGE = 8 << 20;

    private static final WebsocketServerSpec STREAM =
            WebsocketServerSpec.builder().maxFramePayloadLength(MAX_MESSAGE).build();

    /** That use the database at one time, however many agents come in. */
    private static final int MOST_CALLS = 8;

    private final Gateway gateway;
    private final Enrolments enrolments;
    private final FailedEnrolments failures;
    private final AgentRecords records;
    private final GatewayMeters meters;
    private final InstantSource clock;
    private final Scheduler blocking =
            Schedulers.fromExecutorService(
                    Executors.newFixedThreadPool(
                            MOST_CALLS, Thread.ofVirtual().name("door-", 0).factory()));

    Doors(
            Gateway gateway,
            Enrolments enrolments,
            FailedEnrolments failures,
            AgentRecords records,
            GatewayMeters meters,
            InstantSource clock) {
        this.gateway = gateway;
        this.enrolments = enrolments;
        this.failures = failures;
        this.records = records;
        this.meters = meters;
        this.clock = clock;
    }

    void open(HttpServerRoutes routes) {
        routes.post("/v1/enrol", this::enrol)
                .post("/v1/renew", this::renew)
                .get("/v1/stream", this::stream);
    }

    private Publisher<Void> enrol(HttpServerRequest request, HttpServerResponse response) {
        var from = request.remoteAddress();
        if (failures.areTooMany(from)) {
            return refuse(response, Refused.THROTTLED);
        }
        return certify(
                request,
                response,
                body -> {
                    var asked = AgentJson.MAPPER.readValue(body, Enrolment.Request.class);
                    var certificate = enrolments.enrol(asked.token(), asked.csrPem());
                    if (certificate.isEmpty()) {
                        failures.add(from);
                    }
                    return certificate;
                });
    }

    private Publisher<Void> renew(HttpServerRequest request, HttpServerResponse response) {
        var certificate = certificate(request);
        if (certificate.isEmpty()) {
            return refuse(response, Refused.NO_CERTIFICATE);
        }
        return certify(
                request,
                response,
                body -> {
                    var asked = AgentJson.MAPPER.readValue(body, Enrolment.Renewal.class);
                    return enrolments.renew(certificate.get(), asked.csrPem());
                });
    }

    private Publisher<Void> certify(
            HttpServerRequest request,
            HttpServerResponse response,
            Function<String, Optional<String>> issue) {
        return request.receive()
                .asByteArray()
                .collect(BoundedBody::new, BoundedBody::add)
                .publishOn(blocking)
                .map(body -> issued(issue, body.text().orElse("")))
                .flatMap(certificate -> {
                    if (certificate.isEmpty()) {
                        return refuse(response);
                    }
                    var answer = new Enrolment.Response(certificate.get(), gateway.trusted());
                    return response.header(
                                    HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                            .sendString(Mono.just(AgentJson.MAPPER.writeValueAsString(answer)))
                            .then();
                })
                .onErrorResume(Doors::isOfDatabase, _ -> refuse(response, Refused.DATABASE));
    }

    private Optional<String> issued(Function<String, Optional<String>> issue, String text) {
        try {
            return issue.apply(text);
        } catch (JacksonException _) {
            meters.refused(Refused.BODY);
            return Optional.empty();
        }
    }

    private Publisher<Void> stream(HttpServerRequest request, HttpServerResponse response) {
        var certificate = certificate(request);
        return Mono.fromCallable(() -> admit(certificate))
                .subscribeOn(blocking)
                .onErrorResume(
                        Doors::isOfDatabase, _ -> Mono.just(new Admission.No(Refused.DATABASE)))
                .publishOn(eventLoop(request))
                .flatMap(admission ->
                        switch (admission) {
                            case Admission.No(var reason) -> refuse(response, reason);
                            case Admission.Unknown _ -> refuse(response);
                            case Admission.Yes(var agent, var entry) ->
                                    response.sendWebsocket(
                                                    (in, _) -> serve(agent, entry, in), STREAM)
                                            .then();
                        });
    }

    private Admission admit(Optional<X509Certificate> certificate) {
        if (certificate.isEmpty()) {
            return new Admission.No(Refused.NO_CERTIFICATE);
        }
        if (!gateway.isOnTheRoster()) {
            return new Admission.No(Refused.NOT_READY);
        }
        if (certificate.get().getNotAfter().before(Date.from(clock.instant()))) {
            return new Admission.No(Refused.EXPIRED);
        }
        return enrolments
                .identify(certificate.get())
                .flatMap(agent ->
                        records.entryOf(agent)
                                .<Admission>map(entry -> new Admission.Yes(agent, entry)))
                .orElse(new Admission.Unknown());
    }

    private Publisher<Void> serve(
            AgentIdentity agent, AgentRecords.Entry entry, WebsocketInbound in) {
        return Mono.<Void>create(end ->
                in.withConnection(connection -> {
                    var channel = connection.channel();
                    var session = gateway.open(agent, entry, new Wire(connection));
                    channel.closeFuture().addListener(_ -> session.onClosed());
                    in.aggregateFrames(MAX_MESSAGE)
                            .receiveFrames()
                            .ofType(TextWebSocketFrame.class) // pongs come, too
                            .map(TextWebSocketFrame::text)
                            .doOnNext(session::onText)
                            .doFinally(_ -> session.onClosed())
                            .subscribe(_ -> {}, _ -> end.success(), end::success);
                }));
    }

    private static boolean isOfDatabase(Throwable failure) {
        return failure instanceof DataAccessException || failure instanceof TransactionException;
    }

    private Mono<Void> refuse(HttpServerResponse response, Refused reason) {
        meters.refused(reason);
        return response.status(
                        switch (reason) {
                            case NOT_READY, DATABASE -> HttpResponseStatus.SERVICE_UNAVAILABLE;
                            case THROTTLED -> HttpResponseStatus.TOO_MANY_REQUESTS;
                            default -> HttpResponseStatus.FORBIDDEN;
                        })
                .send();
    }

    /** Counted where it was decided. */
    private static Mono<Void> refuse(HttpServerResponse response) {
        return response.status(HttpResponseStatus.FORBIDDEN).send();
    }

    /** Where the connection's pipeline may be changed. */
    private static Scheduler eventLoop(HttpServerRequest request) {
        var found = new AtomicReference<Scheduler>();
        request.withConnection(
                connection -> found.set(Schedulers.fromExecutor(connection.channel().eventLoop())));
        return found.get();
    }

    private static Optional<X509Certificate> certificate(HttpServerRequest request) {
        var found = new AtomicReference<Optional<X509Certificate>>();
        request.withConnection(connection -> {
            var tls = connection.channel().pipeline().get(SslHandler.class);
            found.set(peer(tls));
        });
        return found.get();
    }

    private static Optional<X509Certificate> peer(SslHandler tls) {
        try {
            return Optional.of(
                    (X509Certificate) tls.engine().getSession().getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException _) {
            return Optional.empty(); // it showed none
        }
    }

    private sealed interface Admission {
        record Yes(AgentIdentity agent, AgentRecords.Entry entry) implements Admission {}

        record No(Refused reason) implements Admission {}

        /** The enrolments do not know, and have counted it. */
        record Unknown() implements Admission {}
    }
}
