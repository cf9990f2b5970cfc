package dev.plimsoll.api.authority;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far an authority has come.
 *
 * @param expiresAt null until it is made, like {@code sha256}
 * @param issuesAtLatest null where it is not being spread
 */
public record AuthorityView(
        UUID id,
        String state,
        Instant stateSince,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant issuesAtLatest,
        @Nullable String sha256,
        int gateways,
        int trustingGateways,
        int agents,
        int trustingAgents,
        int certifiedAgents) {}
