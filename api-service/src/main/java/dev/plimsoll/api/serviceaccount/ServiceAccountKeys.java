package dev.plimsoll.api.serviceaccount;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.security.interfaces.RSAPublicKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The keys of service accounts as operators manage them. */
@Component
public class ServiceAccountKeys {
    private static final int MAX_KEYS = 10;
    private static final String SELECT =
            """
            SELECT k.id, k.public_key, k.origin, k.created_at, k.valid_until, k.last_used_at
            FROM service_account_key k
            JOIN service_account a ON a.id = k.service_account_id
            WHERE a.project_id = :project AND a.id = :account
            """;

    private final JdbcClient jdbc;
    private final ServiceAccounts accounts;
    private final ServiceAccountSettings settings;
    private final Transactions transactions;
    private final Audit audit;
    private final InstantSource clock;

    ServiceAccountKeys(
            JdbcClient jdbc,
            ServiceAccounts accounts,
            ServiceAccountSettings settings,
            Transactions transactions,
            Audit audit,
            InstantSource apiClock) {
        this.jdbc = jdbc;
        this.accounts = accounts;
        this.settings = settings;
        this.transactions = transactions;
        this.audit = audit;
        this.clock = apiClock;
    }

    /** Takes a public key, or makes a pair and forgets its private half once it is answered. */
    public IssuedKey create(UUID projectId, UUID accountId, KeyDraft draft, Origin origin) {
        accounts.get(projectId, accountId);
        checkValidity(draft.validUntil());
        if (draft.publicPem() != null) {
            var key = uploaded(draft.publicPem());
            return save(projectId, accountId, key, "USER_PROVIDED", null, draft, origin);
        }
        var pair = RsaKeys.generate();
        return save(
                projectId,
                accountId,
                (RSAPublicKey) pair.getPublic(),
                "GENERATED",
                RsaKeys.pem(pair.getPrivate()),
                draft,
                origin);
    }

    public List<KeyView> list(UUID projectId, UUID accountId) {
        accounts.get(projectId, accountId);
        return List.copyOf(
                jdbc.sql(SELECT + "ORDER BY k.created_at, k.id")
                        .param("project", projectId)
                        .param("account", accountId)
                        .query((row, _) -> view(row))
                        .list());
    }

    public KeyView get(UUID projectId, UUID accountId, UUID id) {
        return jdbc.sql(SELECT + "AND k.id = :id")
                .param("project", projectId)
                .param("account", accountId)
                .param("id", id)
                .query((row, _) -> view(row))
                .optional()
                .orElseThrow(() -> new DomainFailure.NotFound("key not found"));
    }

    /** The tokens that were issued for it are good for nothing from now on. */
    public void delete(UUID projectId, UUID accountId, UUID id, Origin origin) {
        transactions.run(() -> {
            accounts.lock(projectId, accountId);
            get(projectId, accountId, id);
            audit.record(
                    origin,
                    projectId,
                    "service-account-key.delete",
                    resource(accountId, id),
                    Map.of());
            return jdbc.sql("DELETE FROM service_account_key WHERE id = :id")
                    .param("id", id)
                    .update();
        });
    }

    private IssuedKey save(
            UUID projectId,
            UUID accountId,
            RSAPublicKey key,
            String source,
            @Nullable String privatePem,
            KeyDraft draft,
            Origin origin) {
        var id = UUID.randomUUID();
        return transactions.run(() -> {
            accounts.lock(projectId, accountId);
            if (list(projectId, accountId).size() >= MAX_KEYS) {
                throw new DomainFailure.InvalidFields(
                        FieldError.of(
                                "#",
                                FieldError.Code.TOO_MANY,
                                "a service account has at most %d keys; delete one first"
                                        .formatted(MAX_KEYS)));
            }
            insert(id, accountId, key, source, draft.validUntil());
            audit.record(
                    origin,
                    projectId,
                    "service-account-key.create",
                    resource(accountId, id),
                    Map.of("origin", source));
            return new IssuedKey(
                    get(projectId, accountId, id),
                    accounts.get(projectId, accountId),
                    settings.issuer(),
                    privatePem);
        });
    }

    private void insert(
            UUID id,
            UUID accountId,
            RSAPublicKey key,
            String source,
            @Nullable Instant validUntil) {
        jdbc.sql(
                        """
                        INSERT INTO service_account_key
                            (id, service_account_id, public_key, origin, valid_until)
                        VALUES (:id, :account, :key, :origin, :validUntil::timestamptz)
                        """)
                .param("id", id)
                .param("account", accountId)
                .param("key", key.getEncoded())
                .param("origin", source)
                .param(
                        "validUntil",
                        validUntil == null ? null : validUntil.atOffset(ZoneOffset.UTC))
                .update();
    }

    private static RSAPublicKey uploaded(String pem) {
        return RsaKeys.publicKeyIn(pem)
                .orElseThrow(() ->
                        new DomainFailure.InvalidFields(
                                FieldError.of(
                                        "/publicKey",
                                        FieldError.Code.MALFORMED,
                                        "must be an RSA key of %d to %d bits in PEM, BEGIN PUBLIC KEY"
                                                .formatted(RsaKeys.MIN_BITS, RsaKeys.MAX_BITS))));
    }

    private void checkValidity(@Nullable Instant validUntil) {
        if (validUntil != null && !validUntil.isAfter(clock.instant())) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "/validUntil",
                            FieldError.Code.OUT_OF_RANGE,
                            "must be in the future",
                            validUntil.toString(),
                            null));
        }
    }

    private static String resource(UUID accountId, UUID id) {
        return ServiceAccounts.resource(accountId) + "/keys/" + id;
    }

    private static KeyView view(ResultSet row) throws SQLException {
        return new KeyView(
                row.getObject("id", UUID.class),
                RsaKeys.known(row.getBytes("public_key")),
                row.getString("origin"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "valid_until"),
                instant(row, "last_used_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
