package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Objection;
import dev.plimsoll.provisioner.machine.Presence;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What there is of a load balancer.
 *
 * @param addresses allocated to it
 * @param free an address that could be allocated, for each kind that is wanted and missing; absent
 *     where none is left
 * @param objection of the infrastructure to the order; null for none
 * @param claims held by it
 * @param foreignClaims held by others among those that it wants
 * @param machines all but the deleted
 * @param slots history of both slots
 */
record Observed(
        Instant now,
        Map<AddressKind, String> addresses,
        Map<AddressKind, String> free,
        @Nullable Objection objection,
        Set<Claim> claims,
        Set<Claim> foreignClaims,
        @Nullable Published newest,
        List<Machine> machines,
        Map<Integer, Slot> slots,
        Status status) {

    Observed {
        addresses = Map.copyOf(addresses);
        free = Map.copyOf(free);
        claims = Set.copyOf(claims);
        foreignClaims = Set.copyOf(foreignClaims);
        machines = List.copyOf(machines);
        slots = Map.copyOf(slots);
    }

    Optional<Machine> inSlot(int slot) {
        return machines.stream()
                .filter(machine -> machine.spec().slot() == slot && !machine.isDraining())
                .findFirst();
    }

    /** Whom clients reach. While a failover is being noticed two may say so: the later is right. */
    Optional<Machine> active() {
        return machines.stream()
                .filter(machine -> machine.speaks(Role.ACTIVE))
                .max(Comparator.comparing(machine -> machine.agentOrThrow().roleSince()));
    }

    Slot slot(int slot) {
        return slots.getOrDefault(slot, Slot.FRESH);
    }

    /** The newest document for agents. */
    record Published(long revision, long generation, String document, String sha256) {}

    /**
     * @param since when it was first written down
     */
    record Machine(
            MachineSpec spec,
            State state,
            Presence presence,
            Instant since,
            @Nullable Agent agent) {
        boolean isDraining() {
            return state == State.DRAINING;
        }

        /** The driver, who alone can tell, says that it does not work. */
        boolean isLost() {
            return switch (presence) {
                case DEAD, HUNG -> true;
                case RUNNING, ABSENT, UNKNOWN -> false;
            };
        }

        boolean isConnected() {
            return agent != null && agent.isConnected();
        }

        boolean isConfigured() {
            return agent != null && agent.isConnected() && agent.appliedRevision() > 0;
        }

        boolean speaks(Role role) {
            return !isDraining()
                    && !isLost()
                    && agent != null
                    && agent.isConnected()
                    && agent.role() == role;
        }

        Agent agentOrThrow() {
            return Objects.requireNonNull(agent);
        }
    }

    enum State {
        INTENT,
        CREATING,
        ENROLLED,
        STANDBY,
        ACTIVE,
        DRAINING
    }

    /** What an agent last said. */
    record Agent(
            boolean isConnected,
            Role role,
            Instant roleSince,
            long appliedRevision,
            long appliedGeneration,
            @Nullable String appliedSha256,
            @Nullable Refused refused) {}

    record Refused(long revision, Refusal code, String path, String detail) {}

    /**
     * @param lastIncarnation of any machine that it ever had
     * @param earlyDeaths machines that died soon after they were made, lately
     * @param lastDeath when the last of them was given up
     */
    record Slot(long lastIncarnation, int earlyDeaths, @Nullable Instant lastDeath) {
        static final Slot FRESH = new Slot(0, 0, null);
    }

    /** What was written down at the end of the last pass. */
    record Status(
            Map<Condition.Type, Condition> conditions,
            long observedGeneration,
            boolean hasBeenReady) {
        Status {
            conditions = Map.copyOf(conditions);
        }
    }
}
