package dev.plimsoll.api.tenancy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.resource.introspection.BadOpaqueTokenException;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.stereotype.Component;

/** Knows a token by its hash, one look-up per request. */
@Component
final class TokenIntrospector implements OpaqueTokenIntrospector {
    private static final Duration USE_RESOLUTION = Duration.ofMinutes(1);

    private final JdbcClient jdbc;
    private final TokenUse use;
    private final InstantSource clock;

    TokenIntrospector(JdbcClient jdbc, TokenUse use, InstantSource apiClock) {
        this.jdbc = jdbc;
        this.use = use;
        this.clock = apiClock;
    }

    @Override
    public OAuth2AuthenticatedPrincipal introspect(String token) {
        var found =
                jdbc.sql(
                                """
                                SELECT id, name, role, project_id, last_used_at
                                FROM api_token
                                WHERE sha256 = :sha256 AND revoked_at IS NULL
                                  AND (expires_at IS NULL OR expires_at > now())
                                """)
                        .param("sha256", new Secret(token).sha256())
                        .query((row, _) ->
                                new Found(
                                        new Caller(
                                                row.getObject("id", UUID.class),
                                                row.getString("name"),
                                                row.getObject("project_id", UUID.class),
                                                Role.of(row.getString("role"))),
                                        row.getObject("last_used_at", OffsetDateTime.class)))
                        .optional()
                        .orElseThrow(() -> new BadOpaqueTokenException("Not a valid token"));
        if (found.isUsedLongBefore(clock.instant())) {
            use.note(found.caller().tokenId());
        }
        return found.caller();
    }

    private record Found(Caller caller, @Nullable OffsetDateTime lastUsedAt) {
        boolean isUsedLongBefore(Instant now) {
            return lastUsedAt == null || lastUsedAt.toInstant().plus(USE_RESOLUTION).isBefore(now);
        }
    }
}
