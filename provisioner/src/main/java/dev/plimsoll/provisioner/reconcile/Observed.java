package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Objection;
import dev.plimsoll.provisioner.machine.Presence;
import java.time.Duration;
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
 * @param upkeep what holds for the machines of all load balancers
 * @param surroundings null where the driver has no networks
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
        Status status,
        Upkeep upkeep,
        @Nullable Surroundings surroundings) {

    Observed {
        addresses = Map.copyOf(addresses);
        free = Map.copyOf(free);
        claims = Set.copyOf(claims);
        foreignClaims = Set.copyOf(foreignClaims);
        machines = List.copyOf(machines);
        slots = Map.copyOf(slots);
    }

    /** The same, with something else holding for all machines. */
    Observed under(Upkeep other) {
        return new Observed(
                now,
                addresses,
                free,
                objection,
                claims,
                foreignClaims,
                newest,
                machines,
                slots,
                status,
                other,
                surroundings);
    }

    /** The machine in the other slot. */
    Optional<Machine> peerOf(Machine machine) {
        return inSlot(1 - machine.spec().slot());
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
            @Nullable Agent agent,
            Orders orders) {

        Machine(
                MachineSpec spec,
                State state,
                Presence presence,
                Instant since,
                @Nullable Agent agent) {
            this(spec, state, presence, since, agent, Orders.NONE);
        }

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

        boolean isGone() {
            return isLost() || presence == Presence.ABSENT && !isBeingMade();
        }

        boolean isBeingMade() {
            return state == State.INTENT || state == State.CREATING;
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

    /**
     * What is wanted of a machine besides that it be there, and what has become of that.
     *
     * @param yield stands at the moment
     * @param replacement why another one is to follow it; null if none is
     * @param shape what its driver made of the plan that it was made for
     * @param drainUntil null for a draining machine that is to go at once
     * @param connections as its agent said since it drains; null if it has not
     * @param lastActive when its agent was last seen to become active
     * @param foundDead when its driver first called it dead
     */
    record Orders(
            @Nullable Yield yield,
            @Nullable Replacement replacement,
            String shape,
            @Nullable Instant drainUntil,
            @Nullable Integer connections,
            @Nullable Instant lastActive,
            @Nullable Instant foundDead) {
        static final Orders NONE = new Orders(null, null, "", null, null, null, null);
    }

    /**
     * @param hearsPeer whether the machine has noticed its peer's claim since
     */
    record Yield(Reason reason, Instant since, boolean hearsPeer) {
        Yield(Reason reason, Instant since) {
            this(reason, since, false);
        }

        enum Reason {
            /** Somebody asked for it. */
            FAILOVER,
            REPLACEMENT,
            /** Two agents were active. */
            PARTITION
        }
    }

    enum Replacement {
        OPERATOR,
        /** Only where the agent is not of the version that new machines get. */
        AGENT_UPGRADE,
        PLAN
    }

    /**
     * @param isBraked too many machines were found dead: none is replaced that has a living peer
     * @param gather how long a machine must have been dead, for others to be found dead as well
     * @param shape what the driver makes of the plan
     * @param agentVersion of new machines; null where the driver does not know
     */
    record Upkeep(
            MoveSettings moves,
            boolean isBraked,
            Duration gather,
            String shape,
            @Nullable String agentVersion) {
        static final Upkeep DEFAULT =
                new Upkeep(MoveSettings.DEFAULT, false, Duration.ZERO, "", null);
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
            @Nullable Refused refused,
            boolean yields,
            String version) {}

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
