package dev.plimsoll.api.tenancy;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

@Entity
class ApiToken {
    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    private @Nullable UUID id;

    @Column(name = "sha256")
    private byte[] sha256;

    private String name;
    private String role;
    private @Nullable UUID projectId;
    private @Nullable Instant expiresAt;

    /** For Hibernate. */
    protected ApiToken() {
        this("", Role.READER, null, null, Secret.random());
    }

    ApiToken(
            String name,
            Role role,
            @Nullable UUID projectId,
            @Nullable Instant expiresAt,
            Secret secret) {
        this.name = name;
        this.role = role.id();
        this.projectId = projectId;
        this.expiresAt = expiresAt;
        this.sha256 = secret.sha256();
    }

    UUID id() {
        return java.util.Objects.requireNonNull(id);
    }
}
