package dev.plimsoll.api.quota;

import dev.plimsoll.api.problem.FieldErrors;
import org.jspecify.annotations.Nullable;

/** What an operator lets a project have; -1 is unlimited, null was not given. */
public record Limits(@Nullable Integer maxLoadBalancers, @Nullable Integer maxCredentials) {
    private static final int MOST = 1_000_000;

    void check() {
        new FieldErrors()
                .required("/maxLoadBalancers", maxLoadBalancers)
                .range("/maxLoadBalancers", maxLoadBalancers, Quota.UNLIMITED, MOST)
                .required("/maxCredentials", maxCredentials)
                .range("/maxCredentials", maxCredentials, Quota.UNLIMITED, MOST)
                .throwIfAny();
    }
}
