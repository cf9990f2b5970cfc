package dev.plimsoll.api.loadbalancer.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

public record TargetPoolSpec(
        @Nullable String name,
        @Nullable Integer targetPort,
        List<Target> targets,
        @Nullable SessionPersistence sessionPersistence,
        @Nullable HealthCheckSpec activeHealthCheck) {

    public TargetPoolSpec {
        targets = Absent.listOrEmpty(targets);
    }

    public record Target(@Nullable String displayName, @Nullable String ip) {
        public Target {
            displayName = Absent.blankToNull(displayName);
        }
    }

    public record SessionPersistence(@Nullable Boolean useSourceIpAddress) {}

    public TargetPoolSpec withName(String newName) {
        return new TargetPoolSpec(
                newName, targetPort, targets, sessionPersistence, activeHealthCheck);
    }
}
