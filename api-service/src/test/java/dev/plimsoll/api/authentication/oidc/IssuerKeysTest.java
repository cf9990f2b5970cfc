package dev.plimsoll.api.authentication.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import dev.plimsoll.api.authentication.IssuerUnavailable;
import dev.plimsoll.api.support.TestIssuer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** With a clock that the test moves. */
class IssuerKeysTest {
    private static final JWK FIRST = TestIssuer.newKey();
    private static final JWK SECOND = TestIssuer.newKey();

    private final AtomicInteger fetches = new AtomicInteger();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private volatile JWKSet published = new JWKSet(FIRST);
    private volatile boolean away;

    private final IssuerKeys keys =
            new IssuerKeys(
                    "https://issuer.example",
                    this::fetch,
                    new OidcSettings(
                            List.of(),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(30),
                            Duration.ofMinutes(15),
                            Duration.ofHours(24),
                            Duration.ZERO),
                    () -> now);

    private JWKSet fetch() throws IOException {
        fetches.incrementAndGet();
        if (away) {
            throw new IOException("away");
        }
        return published;
    }

    @Test
    void keysAreFetchedOnceForManyRequests() {
        for (int i = 0; i < 100; i++) {
            assertThat(find(FIRST)).containsExactly(FIRST);
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void unknownKeysCauseABoundedNumberOfFetches() {
        for (int i = 0; i < 100; i++) {
            assertThat(find(SECOND)).isEmpty();
        }
        assertThat(fetches).hasValue(1);
        pass(Duration.ofSeconds(30));
        published = new JWKSet(List.of(FIRST, SECOND));
        assertThat(find(SECOND)).containsExactly(SECOND);
        assertThat(fetches).hasValue(2);
    }

    @Test
    void issuerThatWasNeverThereIsUnavailableAndAskedSeldom() {
        away = true;
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> find(FIRST)).isInstanceOf(IssuerUnavailable.class);
        }
        assertThat(fetches).hasValue(1);
        away = false;
        pass(Duration.ofSeconds(30));
        assertThat(find(FIRST)).containsExactly(FIRST);
    }

    @Test
    void oldKeysAreReplacedInTheBackground() {
        find(FIRST);
        published = new JWKSet(SECOND);
        pass(Duration.ofMinutes(16));
        assertThat(find(FIRST)).containsExactly(FIRST);
        await().until(() -> find(FIRST).isEmpty());
        assertThat(fetches).hasValue(2);
    }

    @Test
    void keysStayGoodWhileTheIssuerIsAwayForABoundedTime() {
        find(FIRST);
        away = true;
        pass(Duration.ofHours(23));
        assertThat(find(FIRST)).containsExactly(FIRST);
        pass(Duration.ofHours(2));
        assertThatThrownBy(() -> find(FIRST)).isInstanceOf(IssuerUnavailable.class);
    }

    private List<JWK> find(JWK key) {
        return keys.get(
                new JWKSelector(new JWKMatcher.Builder().keyID(key.getKeyID()).build()), null);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }
}
