package dev.plimsoll.api.loadbalancer.spec;

import org.jspecify.annotations.Nullable;

public record NetworkSpec(@Nullable String networkId, @Nullable Role role) {

    /** Names as in the API. */
    public enum Role {
        ROLE_UNSPECIFIED,
        ROLE_LISTENERS_AND_TARGETS,
        ROLE_LISTENERS,
        ROLE_TARGETS
    }
}
