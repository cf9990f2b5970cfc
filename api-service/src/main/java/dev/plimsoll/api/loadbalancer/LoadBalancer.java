package dev.plimsoll.api.loadbalancer;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a load balancer and how often its spec was written. Columns that the provisioner
 * writes are not mapped, or read only.
 */
@Entity
@DynamicUpdate
class LoadBalancer {
    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    private @Nullable UUID id;

    private UUID projectId;
    private String regionId;
    private String name;
    private long generation = 1;

    @Column(insertable = false, updatable = false)
    private @Nullable Instant deletionRequestedAt;

    @Column(insertable = false, updatable = false)
    private @Nullable Instant removedAt;

    /** For Hibernate. */
    protected LoadBalancer() {
        this(new UUID(0, 0), "", "");
    }

    LoadBalancer(UUID projectId, String regionId, String name) {
        this.projectId = projectId;
        this.regionId = regionId;
        this.name = name;
    }

    /** Known once it is saved. */
    UUID id() {
        if (id == null) {
            throw new IllegalStateException("Not saved yet");
        }
        return id;
    }

    UUID projectId() {
        return projectId;
    }

    String name() {
        return name;
    }

    String regionId() {
        return regionId;
    }

    long generation() {
        return generation;
    }

    String version() {
        return Version.of(id(), generation);
    }

    boolean isTerminating() {
        return deletionRequestedAt != null;
    }

    @Nullable Instant removedAt() {
        return removedAt;
    }

    /** Counts one more accepted spec. */
    long advance() {
        return ++generation;
    }
}
