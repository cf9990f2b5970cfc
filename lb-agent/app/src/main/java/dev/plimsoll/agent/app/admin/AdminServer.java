package dev.plimsoll.agent.app.admin;

import dev.plimsoll.agent.app.Agent;
import dev.plimsoll.agent.app.machine.Json;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/** {@code /metrics}, {@code /targets}, {@code /livez} and {@code /readyz} on loopback. */
public final class AdminServer {
    private static final String LOOPBACK = "127.0.0.1";

    private final DisposableServer server;

    private AdminServer(DisposableServer server) {
        this.server = server;
    }

    /**
     * @param port 0 for one of the kernel's choice
     */
    public static AdminServer start(
            Agent agent, MetricsPage metrics, LoopResources loops, int port) {
        return new AdminServer(
                HttpServer.create()
                        .host(LOOPBACK)
                        .port(port)
                        .runOn(loops)
                        .route(routes ->
                                routes.get("/metrics", (_, out) -> metrics(out, metrics))
                                        .get("/targets", (_, out) -> targets(out, agent))
                                        .get("/livez", (_, out) -> live(out, agent))
                                        .get("/readyz", (_, out) -> ready(out, agent)))
                        .bindNow());
    }

    public String address() {
        return LOOPBACK + ":" + server.port();
    }

    /**
     * Answered once all event loops have had a turn: whoever waits in vain knows that one hangs.
     */
    private static Publisher<Void> live(HttpServerResponse out, Agent agent) {
        return out.header("Content-Type", "text/plain; charset=utf-8")
                .sendString(Mono.fromFuture(agent.engine().turn()).thenReturn("ok\n"));
    }

    private static Publisher<Void> ready(HttpServerResponse out, Agent agent) {
        if (agent.isReady()) {
            return text(out, agent.role() + "\n");
        }
        out.status(HttpResponseStatus.SERVICE_UNAVAILABLE);
        return text(out, agent.role() + ", without a configuration that it can serve\n");
    }

    /** What the agent knows of its targets, with the last probes of each. */
    private static Publisher<Void> targets(HttpServerResponse out, Agent agent) {
        out.header("Content-Type", "application/json");
        return out.sendByteArray(
                Mono.fromSupplier(() ->
                        Json.lenient().writeValueAsBytes(agent.engine().targetHealthInFull())));
    }

    private static Publisher<Void> metrics(HttpServerResponse out, MetricsPage page) {
        return out.header("Content-Type", page.mediaType()).sendString(Mono.fromSupplier(page));
    }

    private static Publisher<Void> text(HttpServerResponse out, String text) {
        return out.header("Content-Type", "text/plain; charset=utf-8").sendString(Mono.just(text));
    }
}
