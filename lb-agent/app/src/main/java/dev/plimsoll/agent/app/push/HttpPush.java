package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.protocol.PushAccess.Credentials;
import dev.plimsoll.agent.protocol.PushReport.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * POSTs, each on a connection of its own to an address that was looked at: the one that is checked
 * is the one that is connected to, whatever the name says a moment later. Nothing is followed, and
 * no answer's body is read: an agent is nobody's browser. Its calls block, for a bounded time but
 * for the platform's resolver, which has bounds of its own.
 */
final class HttpPush implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration WHOLE = Duration.ofSeconds(15);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final int TOO_MANY = 429;

    /** One thread, apart from the one that talks to the gateway: handshakes cost time. */
    private final LoopResources loops = LoopResources.create("agent-push", 1, true);

    private volatile @Nullable SslContext tls;

    private record Answer(int status, @Nullable String retryAfter) {
        static Answer of(HttpClientResponse response) {
            return new Answer(
                    response.status().code(),
                    response.responseHeaders().get(HttpHeaderNames.RETRY_AFTER));
        }
    }

    /**
     * @param attempt which of the host's addresses is tried
     */
    PushOutcome post(
            PushUrl url,
            Credentials credentials,
            PushDestinations destinations,
            Map<String, String> headers,
            Load load,
            int attempt)
            throws InterruptedException {
        try {
            var permitted =
                    Arrays.stream(InetAddress.getAllByName(url.host()))
                            .filter(address -> !destinations.isRefused(address))
                            .toList();
            if (permitted.isEmpty()) {
                return new PushOutcome.Later(Reason.ADDRESS_REFUSED);
            }
            var address = permitted.get(attempt % permitted.size());
            return outcome(post(url, address, headers, credentials, load));
        } catch (UnknownHostException e) {
            return new PushOutcome.Later(Reason.UNRESOLVED);
        } catch (IOException | RuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return new PushOutcome.Later(PushFailures.reason(e));
        }
    }

    private @Nullable Answer post(
            PushUrl url,
            InetAddress address,
            Map<String, String> headers,
            Credentials credentials,
            Load load)
            throws IOException {
        return client(url, address)
                .headers(all -> {
                    headers.forEach(all::set);
                    identify(all, url, credentials);
                    all.set(HttpHeaderNames.CONTENT_LENGTH, load.body().length);
                })
                .post()
                .uri(url.pathAndQuery())
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(load.body())))
                .response()
                .map(Answer::of)
                .block(WHOLE);
    }

    /** The address has its host's name, by which TLS knows the server. */
    private HttpClient client(PushUrl url, InetAddress address) throws IOException {
        var to = new InetSocketAddress(address, url.port());
        var client =
                HttpClient.create(ConnectionProvider.newConnection())
                        .runOn(loops)
                        .resolver(DefaultAddressResolverGroup.INSTANCE)
                        .disableRetry(true)
                        .followRedirect(false)
                        .remoteAddress(() -> to)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT.toMillis())
                        .responseTimeout(ANSWER);
        if (!url.isTls()) {
            return client;
        }
        var context = tls();
        return client.secure(spec -> spec.sslContext(context).handshakeTimeout(CONNECT));
    }

    /** Trusts whom the platform trusts. */
    private SslContext tls() throws IOException {
        var known = tls;
        if (known == null) {
            known = SslContextBuilder.forClient().sslProvider(SslProvider.JDK).build();
            tls = known;
        }
        return known;
    }

    private static void identify(HttpHeaders headers, PushUrl url, Credentials credentials) {
        var pair = credentials.username() + ":" + credentials.password();
        var encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        headers.set(HttpHeaderNames.HOST, url.authority());
        headers.set(HttpHeaderNames.USER_AGENT, "plimsoll-agent");
        headers.set(HttpHeaderNames.AUTHORIZATION, "Basic " + encoded);
    }

    private static PushOutcome outcome(@Nullable Answer answer) {
        if (answer == null) {
            return new PushOutcome.Later(Reason.CLOSED);
        }
        int status = answer.status;
        if (status / 100 == 2) {
            return new PushOutcome.Taken();
        }
        if (status / 100 == 5 || status == TOO_MANY) {
            return new PushOutcome.Later(Reason.HTTP_STATUS, status, wait(answer.retryAfter));
        }
        return new PushOutcome.GivenUp(reason(status), status);
    }

    private static Reason reason(int status) {
        if (status == 401 || status == 403) {
            return Reason.DENIED;
        }
        return status / 100 == 3 ? Reason.REDIRECTED : Reason.HTTP_STATUS;
    }

    /** Seconds or a date; what is neither was not said. */
    static Duration wait(@Nullable String retryAfter) {
        if (retryAfter == null) {
            return Duration.ZERO;
        }
        try {
            return bounded(
                    retryAfter.matches("[0-9]{1,9}")
                            ? Duration.ofSeconds(Long.parseLong(retryAfter))
                            : Duration.between(
                                    Instant.now(),
                                    ZonedDateTime.parse(
                                                    retryAfter,
                                                    DateTimeFormatter.RFC_1123_DATE_TIME)
                                            .toInstant()));
        } catch (DateTimeParseException _) {
            return Duration.ZERO;
        }
    }

    private static Duration bounded(Duration asked) {
        return asked.isNegative()
                ? Duration.ZERO
                : asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    @Override
    public void close() {
        loops.dispose();
    }
}
