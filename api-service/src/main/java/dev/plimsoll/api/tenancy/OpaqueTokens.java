package dev.plimsoll.api.tenancy;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Knows the holder of a token by its hash, one look-up per request. */
@Component
public class OpaqueTokens {
    private static final Duration USE_RESOLUTION = Duration.ofMinutes(1);

    private final JdbcClient jdbc;
    private final TokenUse use;
    private final InstantSource clock;

    OpaqueTokens(JdbcClient jdbc, TokenUse use, InstantSource apiClock) {
        this.jdbc = jdbc;
        this.use = use;
        this.clock = apiClock;
    }

    /** Whose token it is; empty if it is unknown, expired or revoked. */
    public Optional<Caller> callerWith(String token) {
        if (!Secret.hasForm(token)) {
            return Optional.empty();
        }
        var found =
                jdbc.sql(
                                """
                                SELECT id, name, role, project_id, last_used_at
                                FROM api_token
                                WHERE sha256 = :sha256 AND revoked_at IS NULL
                                  AND (expires_at IS NULL OR expires_at > now())
                                """)
                        .param("sha256", new Secret(token).sha256())
                        .query((row, _) -> found(row))
                        .optional();
        found.filter(it -> it.isUsedLongBefore(clock.instant()))
                .ifPresent(it -> use.note(it.caller().id()));
        return found.map(Found::caller);
    }

    private static Found found(ResultSet row) throws SQLException {
        var project = row.getObject("project_id", UUID.class);
        var grants =
                project == null
                        ? Grants.OPERATOR
                        : Grants.in(project, Role.of(row.getString("role")));
        return new Found(
                new Caller.Token(row.getObject("id", UUID.class), row.getString("name"), grants),
                row.getObject("last_used_at", OffsetDateTime.class));
    }

    private record Found(Caller.Token caller, @Nullable OffsetDateTime lastUsedAt) {
        boolean isUsedLongBefore(Instant now) {
            return lastUsedAt == null || lastUsedAt.toInstant().plus(USE_RESOLUTION).isBefore(now);
        }
    }
}
