package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.Authorities;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.Enrolment;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.agent.protocol.GatewayMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An agent without a data plane that speaks the real protocol over a real socket. By itself it
 * applies every configuration that it is sent; {@link #answerWith} makes it refuse.
 */
public final class FakeAgent implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Bootstrap bootstrap;
    private final AgentKey key = new AgentKey();
    private final BlockingQueue<GatewayMessage> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile Function<AgentConfig, AgentMessage> answer;
    private volatile AppliedConfig applied;
    private volatile List<GatewayAddress> gateways = List.of();
    private volatile Authorities authorities;
    private volatile Role role = Role.STANDBY;
    private volatile WebSocket stream;
    private volatile boolean isYielding;
    private volatile Consumer<GatewayMessage> onOrder = _ -> {};
    private volatile HttpClient client;
    private CompletableFuture<WebSocket> lastSend = CompletableFuture.completedFuture(null);

    public FakeAgent(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    /** Null applies. */
    public FakeAgent answerWith(Function<AgentConfig, AgentMessage> refusal) {
        answer = refusal;
        return this;
    }

    public FakeAgent withApplied(AppliedConfig before) {
        applied = before;
        return this;
    }

    public AppliedConfig applied() {
        return applied;
    }

    public AgentKey key() {
        return key;
    }

    public HttpResponse<String> enrol() {
        return enrol(bootstrap.enrolmentToken());
    }

    public HttpResponse<String> enrol(String token) {
        var response =
                post("/v1/enrol", new Enrolment.Request(token, key.requestPem()), key.stranger());
        if (response.statusCode() == 200) {
            key.certificate(
                    AgentJson.MAPPER
                            .readValue(response.body(), Enrolment.Response.class)
                            .certificatePem());
        }
        return response;
    }

    public HttpResponse<String> renew() {
        return post("/v1/renew", new Enrolment.Renewal(key.requestPem()), key);
    }

    /** Opens the stream and says hello. */
    public FakeAgent dial() throws ExecutionException, InterruptedException, TimeoutException {
        return dial(hello());
    }

    public FakeAgent dial(AgentMessage first)
            throws ExecutionException, InterruptedException, TimeoutException {
        client = HttpClient.newBuilder().sslContext(key.tls(trusted())).build();
        stream =
                client.newWebSocketBuilder()
                        .connectTimeout(LIMIT)
                        .buildAsync(uri("wss", "/v1/stream"), new Listener())
                        .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        say(first);
        return this;
    }

    /** Leaves the stream open that it has. */
    public FakeAgent dialAgain() throws ExecutionException, InterruptedException, TimeoutException {
        lastSend = CompletableFuture.completedFuture(null);
        return dial();
    }

    public AgentMessage.Hello hello() {
        return new AgentMessage.Hello(
                bootstrap.machineId(),
                bootstrap.incarnation(),
                bootstrap.loadBalancerId(),
                ProcessHandle.current().pid(),
                "fake",
                "127.0.0.1:1",
                1000,
                role,
                System.currentTimeMillis(),
                applied,
                isYielding);
    }

    public void become(Role next) {
        role = next;
        say(new AgentMessage.RoleChanged(next, System.currentTimeMillis()));
    }

    public void say(AgentMessage message) {
        sayText(AgentJson.MAPPER.writerFor(AgentMessage.class).writeValueAsString(message));
    }

    public synchronized void sayText(String text) {
        var to = stream;
        if (to != null) {
            lastSend = lastSend.exceptionally(_ -> null).thenCompose(_ -> to.sendText(text, true));
        }
    }

    /** As it was told last. */
    public List<GatewayAddress> gateways() {
        return gateways;
    }

    /** As it was told last, which it does not say. */
    public Authorities authorities() {
        return authorities;
    }

    public GatewayMessage hear() throws InterruptedException {
        return received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    public List<GatewayMessage> heard() {
        return List.copyOf(received);
    }

    public boolean isClosed() {
        return closed.isDone();
    }

    /** Like a killed process: the socket is gone without a word. */
    @Override
    public void close() {
        var open = stream;
        if (open != null) {
            open.abort();
        }
        if (client != null) {
            client.shutdownNow();
        }
    }

    private HttpResponse<String> post(String path, Object body, AgentKey with) {
        try (var http = HttpClient.newBuilder().sslContext(with.tls(trusted())).build()) {
            return http.send(
                    HttpRequest.newBuilder(uri("https", path))
                            .timeout(LIMIT)
                            .POST(
                                    HttpRequest.BodyPublishers.ofString(
                                            AgentJson.MAPPER.writeValueAsString(body)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String trusted() {
        var told = authorities;
        return told == null ? bootstrap.caCertificatePem() : told.certificatesPem();
    }

    private URI uri(String scheme, String path) {
        return URI.create(scheme + "://" + bootstrap.gateways().getFirst() + path);
    }

    /** What it is told to do with the VIP; by itself it does nothing of it. */
    public FakeAgent onOrder(Consumer<GatewayMessage> action) {
        onOrder = action;
        return this;
    }

    private void onMessage(GatewayMessage message) {
        if (message instanceof GatewayMessage.GatewaysChanged(var living)) {
            gateways = living;
            return;
        }
        if (message instanceof GatewayMessage.AuthoritiesChanged changed) {
            authorities = changed.authorities();
            return;
        }
        if (message instanceof GatewayMessage.TellTraffic) {
            return;
        }
        received.add(message);
        switch (message) {
            case GatewayMessage.YieldVip _ -> isYielding = true;
            case GatewayMessage.ClaimVip _ -> isYielding = false;
            case GatewayMessage.Drain _, GatewayMessage.Retired _ -> {}
            case GatewayMessage.ConfigPushed _,
                    GatewayMessage.Pace _,
                    GatewayMessage.GatewaysChanged _,
                    GatewayMessage.AuthoritiesChanged _,
                    GatewayMessage.ReportHealth _,
                    GatewayMessage.PushAccessGiven _,
                    GatewayMessage.TellTraffic _,
                    GatewayMessage.ReportTraffic _,
                    GatewayMessage.ReportMetrics _,
                    GatewayMessage.ExplainTarget _,
                    GatewayMessage.ListConnections _,
                    GatewayMessage.CloseConnection _,
                    GatewayMessage.RehearseChange _ -> {}
        }
        onOrder.accept(message);
        if (message instanceof GatewayMessage.ConfigPushed(var _, var document, var sha256)) {
            var config = AgentJson.MAPPER.readValue(document, AgentConfig.class);
            var refusal = answer == null ? null : answer.apply(config);
            if (refusal != null) {
                say(refusal);
                return;
            }
            applied = new AppliedConfig(config.revision(), config.generation(), sha256);
            say(new AgentMessage.ConfigApplied(applied));
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                var message = AgentJson.MAPPER.readValue(text.toString(), GatewayMessage.class);
                text.setLength(0);
                onMessage(message);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(null);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            closed.complete(null);
        }
    }
}
