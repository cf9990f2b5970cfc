package dev.plimsoll.api.machine;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A machine; {@code agent} is null until an agent on it has connected. */
public record MachineView(
        UUID id,
        UUID projectId,
        String region,
        UUID loadBalancerId,
        String loadBalancerName,
        int slot,
        long incarnation,
        String driver,
        String state,
        Instant stateSince,
        Instant createdAt,
        @Nullable Order replacement,
        @Nullable Order leavesVip,
        @Nullable Instant drainUntil,
        @Nullable Instant foundDeadAt,
        @Nullable Agent agent) {

    /** Something that is wanted of the machine. */
    public record Order(String reason, Instant since) {}

    /**
     * What an agent last said.
     *
     * @param refusal why it refused the newest configuration that it refused
     */
    public record Agent(
            String role,
            Instant roleSince,
            boolean connected,
            Instant connectedSince,
            String version,
            long pid,
            @Nullable String adminAddress,
            int connectionLimit,
            long appliedGeneration,
            @Nullable Instant appliedAt,
            @Nullable String refusal,
            @Nullable Heartbeat heartbeat) {}

    /**
     * The last one.
     *
     * @param age by the clock of the database, which also wrote the time
     */
    public record Heartbeat(Instant at, Duration age, int activeConnections) {}
}
