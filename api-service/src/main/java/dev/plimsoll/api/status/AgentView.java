package dev.plimsoll.api.status;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A machine and what the agent on it last said; what it never said is null. */
public record AgentView(
        UUID loadBalancerId,
        UUID machineId,
        int slot,
        String driver,
        String state,
        @Nullable String agentVersion,
        @Nullable String role,
        @Nullable Instant roleSince,
        @Nullable Long pid,
        boolean connected,
        @Nullable String adminAddress,
        @Nullable Long appliedGeneration,
        @Nullable Instant appliedAt) {}
