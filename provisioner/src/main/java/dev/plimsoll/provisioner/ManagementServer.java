package dev.plimsoll.provisioner;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Metrics for operators, where API services have theirs. */
final class ManagementServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final DisposableServer server;

    private ManagementServer(DisposableServer server) {
        this.server = server;
    }

    static ManagementServer start(
            ProvisionerSettings.Management settings, PrometheusMeterRegistry registry) {
        var server =
                HttpServer.create()
                        .host(settings.bind())
                        .port(settings.port())
                        .idleTimeout(Duration.ofMinutes(1))
                        .route(routes ->
                                routes.get(
                                        "/actuator/prometheus",
                                        (_, out) ->
                                                out.header("Content-Type", TEXT)
                                                        .sendString(
                                                                Mono.fromSupplier(
                                                                        registry::scrape))))
                        .bindNow(LIMIT);
        LOG.atInfo().addKeyValue("port", server.port()).log("Metrics are on /actuator/prometheus");
        return new ManagementServer(server);
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.disposeNow(LIMIT);
    }
}
