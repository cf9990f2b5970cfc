package dev.plimsoll.api.connection;

import dev.plimsoll.api.loadbalancer.spec.Protocol;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A connection, session or refusal as one agent tells of it. What it does not tell is null. */
public record ConnectionView(
        UUID id,
        UUID machine,
        @Nullable String role,
        Outcome outcome,
        Protocol protocol,
        @Nullable String listener,
        int port,
        String clientIp,
        int clientPort,
        @Nullable String targetPool,
        @Nullable String targetIp,
        @Nullable Integer targetPort,
        Instant acceptedAt,
        @Nullable Instant connectedAt,
        @Nullable Instant endedAt,
        @Nullable Long connectMicros,
        int tries,
        long bytesToTarget,
        long bytesToClient,
        @Nullable ClosedBy closedBy,
        @Nullable ConnectionCause cause,
        long generation,
        int sampledOneIn) {

    /** Names as in the contract, and as agents say them. */
    public enum Outcome {
        OPEN,
        CLOSED,
        REFUSED
    }

    public enum ClosedBy {
        CLIENT,
        TARGET,
        AGENT
    }

    /** In whose order lists are. */
    Instant moment() {
        return endedAt == null ? acceptedAt : endedAt;
    }

    /** Null while it is open. */
    public @Nullable String message() {
        return cause == null || closedBy == null ? null : cause.sentence(closedBy);
    }

    /**
     * @param told as an agent tells it
     */
    static ConnectionView of(UUID machine, @Nullable String role, JsonNode told) {
        var closedBy = text(told, "closedBy");
        var cause = text(told, "cause");
        return new ConnectionView(
                UUID.fromString(told.path("id").asString()),
                machine,
                role,
                Outcome.valueOf(told.path("outcome").asString()),
                Protocol.valueOf("PROTOCOL_" + told.path("protocol").asString()),
                text(told, "listener"),
                told.path("port").asInt(),
                told.path("client").asString(),
                told.path("clientPort").asInt(),
                text(told, "targetPool"),
                text(told, "target"),
                told.has("targetPort") ? (Integer) told.path("targetPort").asInt() : null,
                Instant.ofEpochMilli(told.path("acceptedEpochMillis").asLong()),
                instant(told, "connectedEpochMillis"),
                instant(told, "endedEpochMillis"),
                told.has("connectMicros") ? (Long) told.path("connectMicros").asLong() : null,
                told.path("tries").asInt(),
                told.path("bytesToTarget").asLong(),
                told.path("bytesToClient").asLong(),
                closedBy == null ? null : ClosedBy.valueOf(closedBy),
                cause == null ? null : ConnectionCause.of(cause),
                told.path("generation").asLong(),
                told.path("sampledOneIn").asInt());
    }

    private static @Nullable String text(JsonNode told, String member) {
        return told.has(member) ? told.path(member).asString() : null;
    }

    private static @Nullable Instant instant(JsonNode told, String member) {
        return told.has(member) ? Instant.ofEpochMilli(told.path(member).asLong()) : null;
    }
}
