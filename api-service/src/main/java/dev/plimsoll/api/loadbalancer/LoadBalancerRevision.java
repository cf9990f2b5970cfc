package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.write.Origin;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import java.io.Serializable;
import java.util.Locale;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Persistable;

/** One accepted spec; written once, kept for ever. */
@Entity
@Immutable
@IdClass(LoadBalancerRevision.Key.class)
class LoadBalancerRevision implements Persistable<LoadBalancerRevision.Key> {
    @Id private UUID loadBalancerId;
    @Id private long generation;

    @JdbcTypeCode(SqlTypes.JSON)
    private String spec;

    private String author;
    private @Nullable String client;
    private String requestId;
    private String reason;

    record Key(UUID loadBalancerId, long generation) implements Serializable {}

    enum Reason {
        CREATE,
        UPDATE,
        UPDATE_TARGET_POOL,
        UPDATE_FORWARDING_RULES,
        RESTORE;

        /** {@code update-target-pool}. */
        String verb() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** For Hibernate. */
    protected LoadBalancerRevision() {
        this(new UUID(0, 0), 0, "{}", new Origin("", null, ""), Reason.CREATE);
    }

    LoadBalancerRevision(
            UUID loadBalancerId, long generation, String spec, Origin origin, Reason reason) {
        this.loadBalancerId = loadBalancerId;
        this.generation = generation;
        this.spec = spec;
        this.author = origin.author();
        this.client = origin.client();
        this.requestId = origin.requestId();
        this.reason = reason.name();
    }

    String spec() {
        return spec;
    }

    @Override
    public Key getId() {
        return new Key(loadBalancerId, generation);
    }

    @Override
    public boolean isNew() {
        return true;
    }
}
