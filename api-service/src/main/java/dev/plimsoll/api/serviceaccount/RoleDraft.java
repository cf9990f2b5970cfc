package dev.plimsoll.api.serviceaccount;

import dev.plimsoll.api.tenancy.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The roles that an account is to have, as they were asked for; nothing is checked yet.
 *
 * @param own in the account's own project
 */
public record RoleDraft(@Nullable Role own, List<InOther> others) {

    public RoleDraft {
        others = List.copyOf(others);
    }

    /** A role in another project. */
    public record InOther(@Nullable String projectId, @Nullable Role role) {}
}
