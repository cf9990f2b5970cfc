package dev.plimsoll.agent.protocol;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an agent says on the control stream. {@link Hello} comes first and once per stream. */
public sealed interface AgentMessage {

    /**
     * Opens the stream. The machine's identity is the certificate's; a Hello that differs from it
     * ends the stream.
     */
    record Hello(
            UUID machineId,
            long incarnation,
            UUID loadBalancerId,
            long pid,
            String agentVersion,
            @Nullable String adminAddress,
            int connectionLimit,
            Role role,
            long roleSinceEpochMillis,
            @Nullable AppliedConfig applied)
            implements AgentMessage {}

    /**
     * A configuration is in force: an active agent serves it, a standby would from its first moment
     * as active.
     */
    record ConfigApplied(AppliedConfig applied) implements AgentMessage {}

    /**
     * A configuration was not taken; the one before is still in force.
     *
     * @param path JSON pointer into the document, for example {@code /listeners/0/port}
     */
    record ConfigRefused(long revision, Refusal code, String path, String detail)
            implements AgentMessage {}

    record RoleChanged(Role role, long sinceEpochMillis) implements AgentMessage {}

    /**
     * Targets whose state changed, or all of them right after Hello and after each applied
     * configuration.
     */
    record HealthChanged(List<TargetHealth> targets) implements AgentMessage {
        public HealthChanged {
            targets = List.copyOf(targets);
        }
    }

    record Heartbeat(int activeConnections) implements AgentMessage {}

    /** Which of a load balancer's two agents this is. */
    enum Role {
        STARTING,
        STANDBY,
        ACTIVE
    }

    record AppliedConfig(long revision, long generation, String sha256) {}

    enum Refusal {
        /**
         * The document breaks a rule that every agent has: the provisioner should not have sent it.
         */
        INVALID,
        /** This agent cannot do what the document asks for. */
        UNSUPPORTED,
        /** A lower revision than the one in force. */
        STALE,
        /** The address and port are held by somebody else. */
        ADDRESS_IN_USE,
        /** The address cannot be used on this machine. */
        ADDRESS_NOT_AVAILABLE,
        /** The agent may not listen on this port. */
        PORT_NOT_PERMITTED
    }

    /** A target as one agent sees it. */
    record TargetHealth(
            String targetPool,
            String ip,
            int port,
            State state,
            Reason reason,
            String detail,
            long sinceEpochMillis) {

        public enum State {
            INITIAL,
            HEALTHY,
            UNHEALTHY,
            DRAINING
        }

        public enum Reason {
            /** No probe has ended yet. */
            NOT_PROBED,
            OK,
            REFUSED,
            TIMEOUT,
            UNREACHABLE,
            RESET,
            /** The pool has no health check. */
            UNCHECKED,
            OTHER
        }
    }
}
