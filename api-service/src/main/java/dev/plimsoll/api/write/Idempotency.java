package dev.plimsoll.api.write;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.problem.DomainFailure;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Does a write once for each key. The answer commits with the write, so that no crash can lose one
 * of them or double the other. Who comes with the same key meanwhile waits for the outcome. A
 * failure is not kept: it changed nothing and may be tried again.
 */
@Component
public class Idempotency {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    private final Transactions transactions;
    private final JdbcClient jdbc;
    private final ApiSettings.Idempotency settings;

    Idempotency(Transactions transactions, JdbcClient jdbc, ApiSettings settings) {
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.settings = settings.idempotency();
    }

    private record Known(String requestSha256, StoredAnswer answer) {}

    private record Kept(long keys, long bytes) {}

    /**
     * @param key null where the client gave none: then the write is simply done
     * @param write its transactions become part of this one
     */
    public <T> Once<T> once(
            @Nullable IdempotencyKey key, Supplier<T> write, Function<T, StoredAnswer> answer) {
        return key == null
                ? new Once.Done<>(write.get())
                : transactions.run(() -> {
                    lock(key);
                    var known = find(key);
                    if (known.isPresent()) {
                        return repeated(key, known.get());
                    }
                    makeRoom(key.projectId());
                    var written = write.get();
                    keep(key, answer.apply(written));
                    return new Once.Done<>(written);
                });
    }

    private static <T> Once<T> repeated(IdempotencyKey key, Known known) {
        if (!known.requestSha256().equals(key.requestSha256())) {
            throw new DomainFailure.IdempotencyKeyReused();
        }
        return new Once.Repeated<>(known.answer());
    }

    private void lock(IdempotencyKey key) {
        jdbc.sql("SELECT 1 FROM pg_advisory_xact_lock(:lock)")
                .param("lock", key.lock())
                .query(Integer.class)
                .single();
    }

    private Optional<Known> find(IdempotencyKey key) {
        return jdbc.sql(
                        """
                        SELECT request_sha256, status, headers::text, body FROM idempotency_key
                        WHERE project_id = :project AND key_sha256 = :key AND expires_at > now()
                        """)
                .param("project", key.projectId())
                .param("key", key.sha256())
                .query((row, _) ->
                        new Known(
                                row.getString("request_sha256"),
                                new StoredAnswer(
                                        row.getInt("status"),
                                        JSON.readValue(row.getString("headers"), HEADERS),
                                        row.getString("body"))))
                .optional();
    }

    private void makeRoom(UUID projectId) {
        var kept =
                jdbc.sql(
                                """
                                SELECT count(*) AS keys,
                                       coalesce(sum(octet_length(body)), 0) AS bytes
                                FROM idempotency_key
                                WHERE project_id = :project AND expires_at > now()
                                """)
                        .param("project", projectId)
                        .query(Kept.class)
                        .single();
        if (kept.keys() >= settings.maxKeysPerProject()
                || kept.bytes() >= settings.maxBytesPerProject().toBytes()) {
            throw new DomainFailure.TooManyIdempotencyKeys();
        }
    }

    /** In the place of one that expired, if there is one. */
    private void keep(IdempotencyKey key, StoredAnswer answer) {
        jdbc.sql(
                        """
                        INSERT INTO idempotency_key (project_id, key_sha256, request_sha256,
                            expires_at, status, headers, body)
                        VALUES (:project, :key, :request, now() + make_interval(secs => :keep),
                            :status, :headers::jsonb, :body)
                        ON CONFLICT (project_id, key_sha256) DO UPDATE
                        SET request_sha256 = excluded.request_sha256,
                            expires_at = excluded.expires_at, status = excluded.status,
                            headers = excluded.headers, body = excluded.body
                        """)
                .param("project", key.projectId())
                .param("key", key.sha256())
                .param("request", key.requestSha256())
                .param("keep", settings.keep().toSeconds())
                .param("status", answer.status())
                .param("headers", JSON.writeValueAsString(answer.headers()))
                .param("body", answer.body())
                .update();
    }

    /**
     * Removes what expired, some of it.
     *
     * @return whether there may be more
     */
    boolean sweep(int most) {
        return jdbc.sql(
                                """
                                DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
                                    SELECT ctid FROM idempotency_key WHERE expires_at <= now()
                                    LIMIT :most FOR UPDATE SKIP LOCKED))
                                """)
                        .param("most", most)
                        .update()
                == most;
    }
}
