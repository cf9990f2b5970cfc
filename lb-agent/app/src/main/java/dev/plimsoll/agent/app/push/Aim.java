package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.protocol.PushAccess;
import java.time.Duration;
import java.util.Optional;

/**
 * Whom to push to, and as whom.
 *
 * @param credentialsRef of those among the access
 */
record Aim(PushUrl url, String credentialsRef, PushAccess access) {

    /**
     * @throws IllegalArgumentException where the URL or the access makes no sense
     */
    static Aim of(String url, String credentialsRef, PushAccess access) {
        var aim = new Aim(PushUrl.of(url), credentialsRef, access);
        var _ = aim.destinations();
        return aim;
    }

    PushDestinations destinations() {
        return PushDestinations.of(access.refused(), access.allowed());
    }

    /** Whether the other one is the same place, whoever comes to it. */
    boolean isFor(Aim other) {
        return url.equals(other.url);
    }

    Optional<PushAccess.Credentials> credentials() {
        return access.credentials(credentialsRef);
    }

    Duration every() {
        return Duration.ofMillis(Math.max(access.everyMillis(), 100));
    }
}
