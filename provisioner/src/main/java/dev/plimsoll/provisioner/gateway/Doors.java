package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.Enrolment;
import dev.plimsoll.provisioner.ca.AgentIdentity;
import dev.plimsoll.provisioner.ca.Enrolments;
import dev.plimsoll.provisioner.gateway.GatewayMeters.Dropped;
import dev.plimsoll.provisioner.gateway.GatewayMeters.Refused;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
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

    private final Gateway gateway;
    private final Enrolments enrolments;
    private final AgentRecords records;
    private final GatewayMeters meters;
    private final InstantSource clock;
    private final Scheduler blocking =
            Schedulers.fromExecutorService(Executors.newVirtualThreadPerTaskExecutor());

    Doors(
            Gateway gateway,
            Enrolments enrolments,
            AgentRecords records,
            GatewayMeters meters,
            InstantSource clock) {
        this.gateway = gateway;
        this.enrolments = enrolments;
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
        return certify(
                request,
                response,
                Refused.ENROLMENT,
                body -> {
                    var asked = AgentJson.MAPPER.readValue(body, Enrolment.Request.class);
                    return enrolments.enrol(asked.token(), asked.csrPem());
                });
    }

    private Publisher<Void> renew(HttpServerRequest request, HttpServerResponse response) {
        var certificate = certificate(request);
        return certify(
                request,
                response,
                Refused.RENEWAL,
                body -> {
                    var asked = AgentJson.MAPPER.readValue(body, Enrolment.Renewal.class);
                    return certificate.flatMap(
                            present -> enrolments.renew(present, asked.csrPem()));
                });
    }

    private Publisher<Void> certify(
            HttpServerRequest request,
            HttpServerResponse response,
            Refused reason,
            Function<String, Optional<String>> issue) {
        return request.receive()
                .asByteArray()
                .collect(BoundedBody::new, BoundedBody::add)
                .publishOn(blocking)
                .map(body -> body.text().flatMap(text -> issued(issue, text)))
                .flatMap(certificate -> {
                    if (certificate.isEmpty()) {
                        return refuse(response, reason);
                    }
                    var answer = new Enrolment.Response(certificate.get());
                    return response.header(
                                    HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                            .sendString(Mono.just(AgentJson.MAPPER.writeValueAsString(answer)))
                            .then();
                });
    }

    private static Optional<String> issued(Function<String, Optional<String>> issue, String text) {
        try {
            return issue.apply(text);
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    private Publisher<Void> stream(HttpServerRequest request, HttpServerResponse response) {
        var certificate = certificate(request);
        return Mono.fromCallable(() -> admit(certificate))
                .subscribeOn(blocking)
                .flatMap(admission ->
                        switch (admission) {
                            case Admission.No(var reason) -> refuse(response, reason);
                            case Admission.Yes(var agent, var loadBalancer) ->
                                    response.sendWebsocket(
                                                    (in, _) -> serve(agent, loadBalancer, in),
                                                    STREAM)
                                            .then();
                        });
    }

    private Admission admit(Optional<X509Certificate> certificate) {
        if (certificate.isEmpty()) {
            return new Admission.No(Refused.NO_CERTIFICATE);
        }
        if (certificate.get().getNotAfter().before(Date.from(clock.instant()))) {
            return new Admission.No(Refused.EXPIRED);
        }
        return enrolments
                .identify(certificate.get())
                .flatMap(agent ->
                        records.loadBalancerOf(agent)
                                .<Admission>map(
                                        loadBalancer -> new Admission.Yes(agent, loadBalancer)))
                .orElse(new Admission.No(Refused.NOT_LIVING));
    }

    private Publisher<Void> serve(
            AgentIdentity agent, LoadBalancerId loadBalancer, WebsocketInbound in) {
        return Mono.<Void>create(end ->
                in.withConnection(connection -> {
                    var channel = connection.channel();
                    var session = gateway.open(agent, loadBalancer, new Wire(channel));
                    connection.onReadIdle(
                            gateway.silence().toMillis(), () -> session.drop(Dropped.SILENT));
                    channel.closeFuture().addListener(_ -> session.onClosed());
                    in.aggregateFrames(MAX_MESSAGE)
                            .receive()
                            .asString()
                            .doOnNext(session::onText)
                            .doFinally(_ -> session.onClosed())
                            .subscribe(_ -> {}, _ -> end.success(), end::success);
                }));
    }

    private Mono<Void> refuse(HttpServerResponse response, Refused reason) {
        meters.refused(reason);
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
        record Yes(AgentIdentity agent, LoadBalancerId loadBalancer) implements Admission {}

        record No(Refused reason) implements Admission {}
    }
}
