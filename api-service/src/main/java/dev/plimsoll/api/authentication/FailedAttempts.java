package dev.plimsoll.api.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.plimsoll.api.problem.ProblemType;
import dev.plimsoll.api.problem.ProblemWriter;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Counts failed authentications, and tells an address that has too many of them to slow down.
 *
 * <p>Only failures are answered differently: a valid token is looked up and let in whatever its
 * neighbours behind the same address do. Nothing is lost by that, since tokens of 256 random bits
 * cannot be guessed at any rate, and what a failure costs is one look-up by an index at most.
 */
@Component
public final class FailedAttempts {
    private static final int IPV6_NETWORK_GROUPS = 4;

    private final AuthenticationSettings.Failures settings;
    private final ProblemWriter problems;
    private final TimeMeter time;
    private final Cache<String, Bucket> buckets;
    private final Counter failed;
    private final Counter throttled;

    @Autowired
    FailedAttempts(
            AuthenticationSettings settings,
            ProblemWriter problems,
            MeterRegistry meters,
            InstantSource apiClock) {
        this(settings.failures(), problems, meters, new Clock(apiClock));
    }

    FailedAttempts(
            AuthenticationSettings.Failures settings,
            ProblemWriter problems,
            MeterRegistry meters,
            TimeMeter time) {
        this.settings = settings;
        this.problems = problems;
        this.time = time;
        this.buckets = Caffeine.newBuilder().maximumSize(settings.maxAddresses()).build();
        this.failed =
                Counter.builder("plimsoll.authentication.failed")
                        .description("Requests with a token or an assertion that is not valid")
                        .register(meters);
        this.throttled =
                Counter.builder("plimsoll.authentication.throttled")
                        .description("Failed authentications answered with 429")
                        .register(meters);
    }

    /**
     * Counts a failure, and answers it where the address has had too many.
     *
     * @return whether it is answered
     */
    public boolean answered(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var wait = note(request.getRemoteAddr());
        if (wait.isEmpty()) {
            return false;
        }
        response.setHeader("Retry-After", String.valueOf(wait.get().toSeconds() + 1));
        problems.write(
                request,
                response,
                ProblemType.TOO_MANY_FAILURES,
                "too many failed authentications from this address");
        return true;
    }

    /** How long to wait, if there were too many. */
    Optional<Duration> note(String address) {
        failed.increment();
        var probe = buckets.get(network(address), _ -> full()).tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            return Optional.empty();
        }
        throttled.increment();
        return Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    long addresses() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }

    private Bucket full() {
        return Bucket.builder()
                .addLimit(limit ->
                        limit.capacity(settings.burst())
                                .refillGreedy(settings.perMinute(), Duration.ofMinutes(1)))
                .withCustomTimePrecision(time)
                .build();
    }

    /** An IPv6 host has a whole /64 to send from. */
    private static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        var groups = address.split(":", -1);
        return groups.length < IPV6_NETWORK_GROUPS
                ? address
                : String.join(":", java.util.Arrays.asList(groups).subList(0, IPV6_NETWORK_GROUPS));
    }

    private record Clock(InstantSource source) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return source.millis() * 1_000_000;
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
