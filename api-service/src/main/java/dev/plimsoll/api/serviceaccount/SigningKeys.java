package dev.plimsoll.api.serviceaccount;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.secret.Binding;
import dev.plimsoll.api.secret.Sealer;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The keys with which this service signs: the newest that is not retired. They are shared by all
 * replicas, so a token that one has signed is good at every other.
 */
@Component
public class SigningKeys {
    private static final Duration MIN_BETWEEN_LOADS = Duration.ofSeconds(1);
    private static final String ACTIVE =
            """
            SELECT id, public_key, private_key, created_at FROM signing_key
            WHERE retired_at IS NULL ORDER BY created_at DESC, id
            """;

    private final JdbcClient jdbc;
    private final Sealer sealer;
    private final Transactions transactions;
    private final Audit audit;
    private final InstantSource clock;

    private volatile Known known = new Known(Map.of(), Instant.MIN);

    SigningKeys(
            JdbcClient jdbc,
            Sealer sealer,
            Transactions transactions,
            Audit audit,
            InstantSource apiClock) {
        this.jdbc = jdbc;
        this.sealer = sealer;
        this.transactions = transactions;
        this.audit = audit;
        this.clock = apiClock;
    }

    private record Known(Map<UUID, RSAPublicKey> keys, Instant loadedAt) {}

    /** The key that signs now. */
    record Signer(UUID id, PrivateKey key) {
        @Override
        public String toString() {
            return "Signer[" + id + "]";
        }
    }

    private record Sealed(UUID id, byte[] privateKey) {}

    /** Newest first; the ones whose tokens are accepted. */
    public List<SigningKeyView> active() {
        return List.copyOf(
                jdbc.sql(ACTIVE)
                        .query((row, _) ->
                                new SigningKeyView(
                                        row.getObject("id", UUID.class),
                                        RsaKeys.known(row.getBytes("public_key")),
                                        row.getObject("created_at", OffsetDateTime.class)
                                                .toInstant()))
                        .list());
    }

    /** A new key signs from now on; tokens of the older ones stay good. */
    public SigningKeyView rotate(Origin origin) {
        return transactions.run(() -> {
            var id = insert();
            audit.record(origin, null, "signing-key.create", resource(id), Map.of());
            return active().getFirst();
        });
    }

    /** Tokens that it signed are good for nothing from now on. */
    public void retire(UUID id, Origin origin) {
        transactions.run(() -> {
            int retired =
                    jdbc.sql(
                                    """
                                    UPDATE signing_key SET retired_at = now()
                                    WHERE id = :id AND retired_at IS NULL
                                    """)
                            .param("id", id)
                            .update();
            if (retired == 0) {
                throw new DomainFailure.NotFound("signing key not found");
            }
            audit.record(origin, null, "signing-key.retire", resource(id), Map.of());
            return retired;
        });
    }

    /** The first to need a key makes it. */
    Signer signer() {
        var newest =
                newest().orElseGet(() ->
                        transactions.run(() -> {
                            jdbc.sql(
                                            "SELECT 1 FROM pg_advisory_xact_lock(hashtext('plimsoll"
                                                    + " signing key'))")
                                    .query(Integer.class)
                                    .single();
                            if (newest().isEmpty()) {
                                insert();
                            }
                            return newest().orElseThrow();
                        }));
        return new Signer(
                newest.id(),
                RsaKeys.privateKey(sealer.open(newest.privateKey(), binding(newest.id()))));
    }

    /**
     * The public key of this id, without asking the database for ids that were seen before; so a
     * retired key may be answered. For unknown ids the database is asked, but not for each.
     */
    Optional<RSAPublicKey> publicKey(UUID id) {
        var found = known.keys().get(id);
        if (found == null && known.loadedAt().isBefore(clock.instant().minus(MIN_BETWEEN_LOADS))) {
            var keys =
                    active().stream()
                            .collect(
                                    Collectors.toMap(
                                            SigningKeyView::id, SigningKeyView::publicKey));
            known = new Known(keys, clock.instant());
            found = keys.get(id);
        }
        return Optional.ofNullable(found);
    }

    private Optional<Sealed> newest() {
        return jdbc.sql(ACTIVE + " LIMIT 1")
                .query((row, _) ->
                        new Sealed(row.getObject("id", UUID.class), row.getBytes("private_key")))
                .optional();
    }

    private UUID insert() {
        var id = UUID.randomUUID();
        var pair = RsaKeys.generate();
        jdbc.sql(
                        """
                        INSERT INTO signing_key (id, public_key, private_key)
                        VALUES (:id, :public, :private)
                        """)
                .param("id", id)
                .param("public", pair.getPublic().getEncoded())
                .param("private", sealer.seal(pair.getPrivate().getEncoded(), binding(id)))
                .update();
        return id;
    }

    private static Binding binding(UUID id) {
        return new Binding("signing_key", id);
    }

    private static String resource(UUID id) {
        return "signing-keys/" + id;
    }
}
