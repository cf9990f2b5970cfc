package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import java.net.InetSocketAddress;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a TCP connection, a UDP session, or a client that was refused came, went, and what it moved
 * in between.
 *
 * @param id of this flow alone, among all machines and all lives of their agents
 * @param listener null for a client that was refused before its listener was known
 * @param targetPool likewise
 * @param target the last one that was tried; null where there was none to try
 * @param connectedEpochMillis when the target had accepted; 0 where none did, and for sessions
 * @param endedEpochMillis 0 while it is open
 * @param connectMicros what the target took to accept; 0 where none did
 * @param tries targets that were tried
 * @param bytesToTarget payload received from the client, without a PROXY header
 * @param closedBy null while it is open
 * @param end null while it is open
 * @param generation of the configuration under which it was let in
 * @param sampledOneIn this record stands for so many ends of its kind; 1 if every one is recorded
 */
public record FlowRecord(
        UUID id,
        Protocol protocol,
        @Nullable String listener,
        int port,
        InetSocketAddress client,
        @Nullable String targetPool,
        @Nullable InetSocketAddress target,
        long acceptedEpochMillis,
        long connectedEpochMillis,
        long endedEpochMillis,
        long connectMicros,
        int tries,
        long bytesToTarget,
        long bytesToClient,
        @Nullable ClosedBy closedBy,
        @Nullable FlowEnd end,
        long generation,
        int sampledOneIn) {

    public enum Outcome {
        OPEN,
        CLOSED,
        REFUSED
    }

    public Outcome outcome() {
        if (end == null) {
            return Outcome.OPEN;
        }
        return end instanceof Rejection ? Outcome.REFUSED : Outcome.CLOSED;
    }
}
