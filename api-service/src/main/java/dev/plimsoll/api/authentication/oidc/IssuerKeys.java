package dev.plimsoll.api.authentication.oidc;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.plimsoll.api.authentication.IssuerUnavailable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An issuer's public keys. They are fetched when they are first needed, again when they are old or
 * a token names one that is not among them, and never more often than configured, whatever is sent
 * here. While the issuer is away, the keys that are known stay good for a bounded time; a request
 * waits for one fetch at most, and no longer than its timeout.
 */
final class IssuerKeys implements JWKSource<SecurityContext> {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

    private final String issuer;
    private final KeyFetch fetch;
    private final OidcSettings settings;
    private final InstantSource clock;
    private final ReentrantLock fetching = new ReentrantLock();

    private volatile Known known = new Known(new JWKSet(), Instant.MIN, Instant.MIN);

    IssuerKeys(String issuer, KeyFetch fetch, OidcSettings settings, InstantSource clock) {
        this.issuer = issuer;
        this.fetch = fetch;
        this.settings = settings;
        this.clock = clock;
    }

    /** How keys come here. */
    @FunctionalInterface
    interface KeyFetch {
        JWKSet get() throws Exception;
    }

    /** Keys, when they came, and when that was last tried. */
    private record Known(JWKSet keys, Instant fetchedAt, Instant triedAt) {
        boolean lastTryFailed() {
            return triedAt.isAfter(fetchedAt);
        }
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
        var found = usable(selector);
        if (found.isEmpty()) {
            refresh();
            found = usable(selector);
        } else if (known.fetchedAt().plus(settings.refreshAfter()).isBefore(clock.instant())
                && mayTry()) {
            Thread.startVirtualThread(this::refresh);
        }
        if (found.isEmpty() && known.lastTryFailed()) {
            throw new IssuerUnavailable(issuer);
        }
        return found;
    }

    private List<JWK> usable(JWKSelector selector) {
        var now = known;
        return now.fetchedAt().equals(Instant.MIN)
                        || now.fetchedAt().plus(settings.keepAtMost()).isBefore(clock.instant())
                ? List.of()
                : selector.select(now.keys());
    }

    /** Whoever finds a fetch under way waits for it. */
    private void refresh() {
        try {
            if (!fetching.tryLock(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            if (mayTry()) {
                fetch();
            }
        } finally {
            fetching.unlock();
        }
    }

    private boolean mayTry() {
        return known.triedAt().equals(Instant.MIN)
                || !known.triedAt().plus(settings.minBetweenFetches()).isAfter(clock.instant());
    }

    private void fetch() {
        var before = known;
        try {
            var keys = fetch.get();
            var now = clock.instant();
            known = new Known(keys, now, now);
        } catch (Exception e) {
            known = new Known(before.keys(), before.fetchedAt(), clock.instant());
            if (!before.lastTryFailed()) {
                LOG.atWarn()
                        .addKeyValue("issuer", issuer)
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("The keys of an issuer cannot be had");
            }
        }
    }
}
