package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.GatewayAddress;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * How all agents reach the gateway: one event loop, one TLS context. An agent's machine id is the
 * name by which {@link Identities} knows its engine, and under which the context caches sessions.
 */
final class Dialler implements AutoCloseable {
    /** Whoever enrols shows nothing, so that all may share one session. */
    private static final String NOBODY = "nobody";

    /** Half the processor time of the JDK's first choice, and no worse. */
    private static final String[] CHEAPEST_GROUP = {"secp256r1"};

    /**
     * One loop serves all agents: where thousands shake hands at one time, none is done before its
     * gateway gives it up.
     */
    private static final int MOST_HANDSHAKES = 64;

    private static final int CONNECT_MILLIS = 3_000;
    private static final int MAX_HTTP = 1 << 16;
    private static final int MAX_DOCUMENT = 5 << 20;
    private static final int CACHED_SESSIONS = 256;
    private static final int CLOSE_MILLIS = 200;

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(
                    1,
                    new DefaultThreadFactory("simulated-agents", true),
                    NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Identities identities;
    private final Map<String, Trust> trusts = new ConcurrentHashMap<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int handshakes;

    Dialler(Identities identities) {
        this.identities = identities;
    }

    /** Where every agent lives. */
    EventLoop loop() {
        return loop;
    }

    /** Asks without showing a certificate. */
    void enrol(GatewayAddress gateway, Bootstrap to, Object body, Consumer<Answer> onAnswer) {
        post(gateway, to, NOBODY, "/v1/enrol", body, onAnswer);
    }

    void renew(GatewayAddress gateway, Bootstrap to, Object body, Consumer<Answer> onAnswer) {
        post(gateway, to, to.machineId().toString(), "/v1/renew", body, onAnswer);
    }

    void stream(GatewayAddress gateway, Bootstrap to, GatewayStream.Ears ears) {
        var uri = URI.create("wss://" + gateway + "/v1/stream");
        var stream = new GatewayStream(ears);
        var config =
                WebSocketClientProtocolConfig.newBuilder()
                        .webSocketUri(uri)
                        .maxFramePayloadLength(MAX_DOCUMENT)
                        .build();
        connect(
                gateway,
                to,
                to.machineId().toString(),
                ears::failed,
                stream.presence(),
                new HttpClientCodec(),
                new HttpObjectAggregator(MAX_HTTP),
                new WebSocketClientProtocolHandler(config),
                new WebSocketFrameAggregator(MAX_DOCUMENT),
                stream);
    }

    private void post(
            GatewayAddress gateway,
            Bootstrap to,
            String as,
            String path,
            Object body,
            Consumer<Answer> onAnswer) {
        var content =
                Unpooled.wrappedBuffer(
                        Messages.JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8));
        var request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path, content);
        request.headers()
                .set(HttpHeaderNames.HOST, gateway.toString())
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        connect(
                gateway,
                to,
                as,
                () -> onAnswer.accept(Answer.NONE),
                new HttpClientCodec(),
                new HttpObjectAggregator(MAX_HTTP),
                new GatewayCall(request, onAnswer));
    }

    private void connect(
            GatewayAddress gateway,
            Bootstrap to,
            String as,
            Runnable onFailure,
            ChannelHandler... handlers) {
        loop.execute(() -> {
            waiting.add(() -> connectNow(gateway, to, as, onFailure, handlers));
            next();
        });
    }

    private void next() {
        while (handshakes < MOST_HANDSHAKES && !waiting.isEmpty()) {
            handshakes++;
            waiting.remove().run();
        }
    }

    private void done() {
        handshakes--;
        next();
    }

    private void connectNow(
            GatewayAddress gateway,
            Bootstrap to,
            String as,
            Runnable onFailure,
            ChannelHandler... handlers) {
        new io.netty.bootstrap.Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline()
                                        .addLast(tls(channel, to.caCertificatePem(), as))
                                        .addLast(handlers);
                            }
                        })
                .connect(gateway.host(), gateway.port())
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        var tls = connected.channel().pipeline().get(SslHandler.class);
                        tls.handshakeFuture().addListener(_ -> done());
                    } else {
                        done();
                        onFailure.run();
                    }
                });
    }

    private SslHandler tls(Channel channel, String caPem, String as) {
        var tls = trust(caPem).context().newHandler(channel.alloc(), as, 0);
        tls.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
        var parameters = tls.engine().getSSLParameters();
        parameters.setNamedGroups(CHEAPEST_GROUP);
        tls.engine().setSSLParameters(parameters);
        return tls;
    }

    /** In these authorities, whose certificates follow each other. */
    Trust trust(String caPem) {
        return trusts.computeIfAbsent(
                caPem,
                _ -> {
                    var authorities = AgentKey.certificates(caPem);
                    return new Trust(context(authorities), authorities);
                });
    }

    private SslContext context(List<X509Certificate> authorities) {
        try {
            return SslContextBuilder.forClient()
                    .protocols("TLSv1.3")
                    .keyManager(identities)
                    .trustManager(authorities)
                    .endpointIdentificationAlgorithm("") // as with the real agent
                    .sessionCacheSize(CACHED_SESSIONS)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("Cannot set up TLS for agents", e);
        }
    }

    @Override
    public void close() {
        var _ = group.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        group.terminationFuture().awaitUninterruptibly(Duration.ofSeconds(2).toMillis());
    }

    /**
     * @param status 0 when there was no answer
     */
    record Answer(int status, String body) {
        static final Answer NONE = new Answer(0, "");
    }
}
