package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.reconcile.Condition.Truth;
import dev.plimsoll.provisioner.reconcile.Condition.Type;
import dev.plimsoll.provisioner.reconcile.Observed.Agent;
import dev.plimsoll.provisioner.reconcile.Observed.Machine;
import dev.plimsoll.provisioner.reconcile.Observed.State;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Judges the four conditions. Messages name nothing that changes by itself. */
final class Conditions {
    private final Desired.Served desired;
    private final Observed observed;
    private final List<StepResult> hurdles;
    private final Optional<Machine> active;

    Conditions(Desired.Served desired, Observed observed, List<StepResult> hurdles) {
        this.desired = desired;
        this.observed = observed;
        this.hurdles = hurdles;
        this.active = observed.active();
    }

    Stream<Condition> all() {
        return Stream.of(feasible(), serving(), applied(), redundant());
    }

    private Condition feasible() {
        return impossible()
                .map(problem -> no(Type.FEASIBLE, problem.errorType(), problem.message()))
                .orElseGet(() -> yes(Type.FEASIBLE, "FEASIBLE", "The order can be served."));
    }

    private Optional<StepResult.Impossible> impossible() {
        return hurdles.stream()
                .filter(StepResult.Impossible.class::isInstance)
                .map(StepResult.Impossible.class::cast)
                .findFirst()
                .or(() -> decisiveRefusal().map(Refusals::explain));
    }

    /** The active agent's; where nobody is active, of any that is there. */
    private Optional<Observed.Refused> decisiveRefusal() {
        return active.map(Stream::of)
                .orElseGet(() -> observed.machines().stream().filter(Machine::isConnected))
                .flatMap(machine -> refusalOfNewest(machine).stream())
                .findFirst();
    }

    private Optional<Observed.Refused> refusalOfNewest(Machine machine) {
        var newest = observed.newest();
        var agent = machine.agent();
        return newest == null || agent == null || agent.refused() == null
                ? Optional.empty()
                : Optional.of(agent.refused())
                        .filter(refused -> refused.revision() == newest.revision());
    }

    private Condition serving() {
        if (active.isPresent()) {
            return active.get().agentOrThrow().appliedRevision() > 0
                    ? yes(Type.SERVING, "ACTIVE_AGENT", "An active agent answers on the VIP.")
                    : no(
                            Type.SERVING,
                            "NOTHING_APPLIED",
                            refusalOfNewest(active.get()).isPresent()
                                    ? "The active agent could not apply the configuration."
                                    : "The active agent has no configuration yet.");
        }
        if (observed.machines().stream().anyMatch(Conditions::isPerhapsServing)) {
            return new Condition(
                    Type.SERVING,
                    Truth.UNKNOWN,
                    "AGENT_SILENT",
                    "The agent that was active runs, but has no stream to the gateway.",
                    desired.generation());
        }
        return notServing();
    }

    private static boolean isPerhapsServing(Machine machine) {
        return machine.state() == State.ACTIVE
                && !machine.isConnected()
                && !machine.isLost()
                && machine.presence() != Presence.ABSENT;
    }

    private Condition notServing() {
        if (observed.newest() == null) {
            return no(
                    Type.SERVING, "NOT_CONFIGURED", "No configuration could be made of the order.");
        }
        if (observed.machines().isEmpty()) {
            return no(
                    Type.SERVING, "NO_MACHINE", "The load balancer has no machine at the moment.");
        }
        if (observed.machines().stream().noneMatch(Machine::isConnected)) {
            return no(
                    Type.SERVING,
                    "AGENTS_STARTING",
                    "The machines exist; their agents have not connected to the gateway.");
        }
        return no(
                Type.SERVING,
                "NO_ACTIVE_AGENT",
                "Agents are connected, but none of them has taken the VIP.");
    }

    private Condition applied() {
        var newest = observed.newest();
        if (newest == null) {
            return no(Type.APPLIED, "NOT_CONFIGURED", "There is no configuration yet.");
        }
        if (active.isEmpty()) {
            return no(Type.APPLIED, "NO_ACTIVE_AGENT", "No agent is known to be active.");
        }
        var agent = active.get().agentOrThrow();
        if (hasNewest(agent) && agent.appliedGeneration() == desired.generation()) {
            return yes(Type.APPLIED, "APPLIED", "The active agent serves the newest order.");
        }
        return refusalOfNewest(active.get()).isPresent()
                ? no(Type.APPLIED, "REFUSED", "The active agent serves an earlier order.")
                : no(
                        Type.APPLIED,
                        "PENDING",
                        "The active agent has not applied the newest order yet.");
    }

    private Condition redundant() {
        var standby =
                observed.machines().stream()
                        .filter(machine -> machine.speaks(Role.STANDBY))
                        .findFirst();
        if (standby.isEmpty()) {
            return no(Type.REDUNDANT, "NO_STANDBY", "No second agent stands by.");
        }
        if (isCutOff(standby.get())) {
            return no(
                    Type.REDUNDANT,
                    "STANDBY_CUT_OFF",
                    "The agent that stands by could not hear the active one, and stays away from"
                            + " the VIP.");
        }
        if (hasNewest(standby.get().agentOrThrow())) {
            return yes(Type.REDUNDANT, "STANDBY", "A second agent stands by.");
        }
        return no(
                Type.REDUNDANT,
                "STANDBY_BEHIND",
                "The agent that stands by has not applied the newest configuration.");
    }

    private static boolean isCutOff(Machine standby) {
        var yield = standby.orders().yield();
        return yield != null && yield.reason() == Observed.Yield.Reason.PARTITION;
    }

    private boolean hasNewest(Agent agent) {
        var newest = observed.newest();
        return newest != null && agent.appliedRevision() == newest.revision();
    }

    private Condition yes(Type type, String reason, String message) {
        return new Condition(type, Truth.TRUE, reason, message, desired.generation());
    }

    private Condition no(Type type, String reason, String message) {
        return new Condition(type, Truth.FALSE, reason, message, desired.generation());
    }
}
