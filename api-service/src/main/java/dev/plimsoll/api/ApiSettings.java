package dev.plimsoll.api;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/** What can be configured under {@code plimsoll.api}; explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api")
public record ApiSettings(
        @DefaultValue("eu01") String defaultRegion,
        @DefaultValue("p10") String defaultPlan,
        @DefaultValue("1000") int maxPageSize,
        @DefaultValue("1048576") int maxBodyBytes,
        @DefaultValue Patience patience,
        @DefaultValue Quota quota,
        @DefaultValue Idempotency idempotency,
        @DefaultValue("30s") Duration errorAfter,
        @DefaultValue("5s") Duration leaving) {

    /** How long an answer to a write waits for the active agent. */
    public record Patience(
            @DefaultValue("1s") Duration put,
            @DefaultValue("0s") Duration post,
            @DefaultValue("60s") Duration max,
            @DefaultValue("512") int maxWaiting) {

        public Patience {
            atLeast(maxWaiting, 1, "patience.max-waiting");
            if (put.compareTo(max) > 0 || post.compareTo(max) > 0 || put.isNegative()) {
                throw new IllegalArgumentException(
                        "plimsoll.api.patience: put %s and post %s must be within 0 and max %s"
                                .formatted(put, post, max));
            }
        }
    }

    /** How long, and how many, answers to POSTs with an {@code Idempotency-Key} are kept. */
    public record Idempotency(
            @DefaultValue("24h") Duration keep,
            @DefaultValue("10000") int maxKeysPerProject,
            @DefaultValue("64MB") DataSize maxBytesPerProject) {

        public Idempotency {
            atLeast(maxKeysPerProject, 1, "idempotency.max-keys-per-project");
            if (!keep.isPositive()) {
                throw new IllegalArgumentException(
                        "plimsoll.api.idempotency.keep must be positive but is " + keep);
            }
        }
    }

    /** For projects without a quota of their own; -1 is unlimited. */
    public record Quota(
            @DefaultValue("-1") int maxLoadBalancers, @DefaultValue("-1") int maxCredentials) {

        public Quota {
            atLeast(maxLoadBalancers, -1, "quota.max-load-balancers");
            atLeast(maxCredentials, -1, "quota.max-credentials");
        }
    }

    public ApiSettings {
        atLeast(maxPageSize, 1, "max-page-size");
        atLeast(maxBodyBytes, 1024, "max-body-bytes");
        if (leaving.isNegative()) {
            throw new IllegalArgumentException(
                    "plimsoll.api.leaving must not be negative but is " + leaving);
        }
    }

    private static void atLeast(int value, int least, String key) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "plimsoll.api.%s must be at least %d but is %d".formatted(key, least, value));
        }
    }
}
