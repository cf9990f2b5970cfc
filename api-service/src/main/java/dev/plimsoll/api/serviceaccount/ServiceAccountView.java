package dev.plimsoll.api.serviceaccount;

import dev.plimsoll.api.tenancy.Role;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A service account; {@code roles} by project, its own among them. */
public record ServiceAccountView(
        UUID id,
        UUID projectId,
        String name,
        Map<UUID, Role> roles,
        Instant createdAt,
        @Nullable Instant disabledAt) {

    public ServiceAccountView {
        roles = Map.copyOf(roles);
    }

    /** What its assertions name as {@code iss}, and the command line shows to people. */
    public String email() {
        return email(name, id);
    }

    static String email(String name, UUID id) {
        return name + "-" + id.toString().substring(0, 8) + "@sa.plimsoll.internal";
    }
}
