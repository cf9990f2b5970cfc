package dev.plimsoll.agent.protocol;

import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * A connection, a UDP session, or a client that was refused, as its agent tells of it.
 *
 * @param id of it alone, among all agents and their lives
 * @param listener null for a client that was refused before its listener was known
 * @param target the last one tried; null where there was none to try
 * @param connectedEpochMillis null where no target accepted
 * @param endedEpochMillis null while it is open
 * @param connectMicros what the target took to accept; null where none did
 * @param tries targets tried
 * @param closedBy null while it is open
 * @param cause one of the agent's names for it, which newer agents may add to; null while it is
 *     open
 * @param generation of the configuration under which it was let in
 * @param sampledOneIn it stands for so many that ended
 */
public record ConnectionReport(
        String id,
        Outcome outcome,
        Protocol protocol,
        @Nullable String listener,
        int port,
        String client,
        int clientPort,
        @Nullable String targetPool,
        @Nullable String target,
        @Nullable Integer targetPort,
        long acceptedEpochMillis,
        @Nullable Long connectedEpochMillis,
        @Nullable Long endedEpochMillis,
        @Nullable Long connectMicros,
        int tries,
        long bytesToTarget,
        long bytesToClient,
        @Nullable ClosedBy closedBy,
        @Nullable String cause,
        long generation,
        int sampledOneIn) {

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
}
