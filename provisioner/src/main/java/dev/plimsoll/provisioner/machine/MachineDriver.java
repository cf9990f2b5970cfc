package dev.plimsoll.provisioner.machine;

import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes and removes machines. Names are derived from ids, so every call may be repeated, also by
 * another process after a crash in the middle of the call before.
 *
 * <p>A call ends within seconds. What goes wrong outside is an outcome, never an exception: {@link
 * MachineOutcome.Transient} when nobody knows whether it took effect, in which case the repeated
 * call finds out. {@link PunctualDriver} keeps a driver to that which does not. Every
 * implementation passes {@code MachineDriverContract} of this module's tests.
 */
public interface MachineDriver extends AutoCloseable {

    Capabilities capabilities();

    /**
     * What stands in the way of the order, machines aside: a quota, an address that is gone. Asked
     * in every pass, so it is cheap; changes nothing. As long as there is one the order is not
     * carried out, and what serves an earlier one is kept going.
     */
    default Optional<Objection> objection(ServiceOrder order) {
        return Optional.empty();
    }

    /** Empty where machines share what this host has. */
    default Optional<Networking> networking() {
        return Optional.empty();
    }

    /**
     * The machine runs an agent that is told the current gateway. Adopts what is there already,
     * with the agent's process untouched, and goes on where an earlier call was cut short. A
     * machine has one life: one that has died meanwhile is left as it is, which {@link #observe}
     * tells, and is replaced by another.
     */
    MachineOutcome ensure(MachineSpec machine);

    /** Cheap: called in every pass. */
    Presence observe(MachineSpec machine);

    /**
     * Afterwards the machine answers for no address, at once and without being asked; {@link
     * #observe} says DEAD or ABSENT. Of an absent machine: ok.
     */
    MachineOutcome fence(MachineSpec machine);

    /**
     * Gives the agent a moment to end, then removes the machine with everything that belonged to
     * it. Of an absent machine: ok.
     */
    MachineOutcome remove(MachineSpec machine);

    /** Removes what was shared by the load balancer's machines, all of which are removed. */
    MachineOutcome forget(LoadBalancerId loadBalancer);

    /** Every machine that carries this installation's mark, dead or alive. */
    Collection<MachineId> owned();

    /** Removes, without grace, an owned machine of which no record exists. */
    MachineOutcome removeOrphan(MachineId machine);

    /**
     * What a plan makes of a machine, where plans make different ones: a machine of another shape
     * is replaced when its load balancer's plan changes.
     */
    default String shape(int maxConnections) {
        return "";
    }

    /** Of new machines; empty where that is not known. */
    default Optional<String> agentVersion() {
        return Optional.empty();
    }

    /**
     * Calls the listener soon after a machine died or hung that this process ensured or observed. A
     * hint only: what was missed is found by {@link #observe}.
     */
    void onDeath(Consumer<MachineId> listener);

    /** Machines go on. */
    @Override
    default void close() {}
}
