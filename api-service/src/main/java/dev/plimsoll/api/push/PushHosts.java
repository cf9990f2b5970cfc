package dev.plimsoll.api.push;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Whether a push URL leads where nobody may push to. Addresses are judged at once. Names are looked
 * up before the transaction that asks, and what was found is remembered for a moment; one that is
 * not known in time is not objected to, since agents look again, at the address that they are about
 * to connect to.
 */
@Service
public class PushHosts implements AutoCloseable {
    private static final int MOST_LOOKUPS = 8;
    private static final int MOST_REMEMBERED = 1_000;
    private static final Duration REMEMBERED = Duration.ofSeconds(30);
    private static final String OBJECTION =
            "leads where nobody may push to: to this installation itself, its management, a"
                    + " metadata service, or no single host";

    private final PushDestinations destinations;
    private final Duration patience;
    private final ExecutorService lookups =
            new ThreadPoolExecutor(
                    0,
                    MOST_LOOKUPS,
                    30,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    Thread.ofPlatform().daemon().name("push-lookup-", 0).factory());

    /** Whether it is refused. */
    private final Cache<String, Boolean> known =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).expireAfterWrite(REMEMBERED).build();

    PushHosts(PushSettings settings) {
        this.destinations = PushDestinations.of(settings.refused(), settings.allowed());
        this.patience = settings.lookup();
    }

    /** To be called before a transaction; waits for a bounded time, all URLs together. */
    public void lookUp(Collection<String> urls) {
        var deadline = System.nanoTime() + patience.toNanos();
        for (var url : urls) {
            var host = host(url);
            if (host != null && literal(host) == null && known.getIfPresent(host) == null) {
                lookUp(host, deadline - System.nanoTime())
                        .ifPresent(isRefused -> known.put(host, isRefused));
            }
        }
    }

    /** What to tell who orders it; never waits. */
    public Optional<String> objection(String url) {
        var host = host(url);
        if (host == null) {
            return Optional.empty();
        }
        var literal = literal(host);
        var isRefused =
                literal == null
                        ? Boolean.TRUE.equals(known.getIfPresent(host))
                        : destinations.isRefused(literal);
        return isRefused ? Optional.of(OBJECTION) : Optional.empty();
    }

    private Optional<Boolean> lookUp(String host, long nanos) {
        Callable<List<InetAddress>> lookup = () -> List.of(InetAddress.getAllByName(host));
        try {
            var addresses = lookups.submit(lookup).get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            return Optional.of(addresses.stream().allMatch(destinations::isRefused));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException) {
                return Optional.of(false);
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException | RejectedExecutionException inNoTime) {
            return Optional.empty();
        }
    }

    private static @Nullable String host(String url) {
        try {
            var host = URI.create(url).getHost();
            return host != null && host.startsWith("[")
                    ? host.substring(1, host.length() - 1)
                    : host;
        } catch (IllegalArgumentException noUrl) {
            return null;
        }
    }

    private static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException name) {
            return null;
        }
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }
}
