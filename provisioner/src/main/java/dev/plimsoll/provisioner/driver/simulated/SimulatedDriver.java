package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.VipOwnership;
import dev.plimsoll.provisioner.machine.AddressRange;
import dev.plimsoll.provisioner.machine.Bootstraps;
import dev.plimsoll.provisioner.machine.Capabilities;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Objection;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.machine.ServiceOrder;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A machine is an entry in the {@link Register} and an agent in its {@link AgentHome}. Agents that
 * ended with an earlier process are made again when they are ensured, which is when it is noticed
 * that they have no stream. For one provisioner: another replica would simulate the same machines.
 */
public final class SimulatedDriver implements MachineDriver {
    public static final String NAME = "simulated";

    /** Nobody locks it: see {@link Vips}. */
    private static final VipOwnership IN_MEMORY = new VipOwnership.FileLock("");

    private static final int LOCKS = 64;

    private final SimulatedSettings settings;
    private final Bootstraps bootstraps;
    private final Register register;
    private final Faults faults;
    private final AgentHome agents;
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();
    private final List<Consumer<MachineId>> listeners = new CopyOnWriteArrayList<>();

    public SimulatedDriver(SimulatedSettings settings, Bootstraps bootstraps, InstantSource clock) {
        this.settings = settings;
        this.bootstraps = bootstraps;
        this.register = new Register(settings.data());
        this.faults = new Faults(settings.faults(), clock);
        this.agents =
                settings.agentsElsewhere()
                        ? new AgentsElsewhere(settings.data().resolve("agents"))
                        : new AgentsHere(Fleet.of(faults, settings.heartbeat(), clock));
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                NAME,
                NAME,
                new AddressRange(settings.privateRange()),
                new AddressRange(settings.ephemeralRange()));
    }

    @Override
    public Optional<Objection> objection(ServiceOrder order) {
        var unknown = Faults.unknown(order);
        if (unknown.isPresent()) {
            return unknown.map(text -> new Objection(Fault.INTERNAL.errorType(), text));
        }
        return faults.meet(order)
                .filter(fault -> fault.refusal().isEmpty())
                .map(fault -> new Objection(fault.errorType(), fault.text()));
    }

    @Override
    public MachineOutcome ensure(MachineSpec machine) {
        var present = agents.bootstrap(machine.id()).orElse(null);
        var bootstrap = bootstraps.bootstrap(machine, IN_MEMORY, 0, present);
        return attempt(
                machine.id(),
                () -> {
                    if (!register.live(machine.id()).isOver()) {
                        agents.run(machine.id(), bootstrap);
                    }
                });
    }

    @Override
    public Presence observe(MachineSpec machine) {
        return register.of(machine.id())
                .map(life -> life.isOver() ? Presence.DEAD : Presence.RUNNING)
                .orElse(Presence.ABSENT);
    }

    @Override
    public MachineOutcome fence(MachineSpec machine) {
        return attempt(
                machine.id(),
                () -> {
                    agents.end(machine.id());
                    register.die(machine.id());
                });
    }

    @Override
    public MachineOutcome remove(MachineSpec machine) {
        return removeOrphan(machine.id());
    }

    @Override
    public MachineOutcome removeOrphan(MachineId machine) {
        return attempt(
                machine,
                () -> {
                    agents.end(machine);
                    register.remove(machine);
                });
    }

    @Override
    public MachineOutcome forget(LoadBalancerId loadBalancer) {
        faults.forget(loadBalancer);
        return MachineOutcome.OK;
    }

    @Override
    public Collection<MachineId> owned() {
        return register.all();
    }

    @Override
    public void onDeath(Consumer<MachineId> listener) {
        listeners.add(listener);
    }

    /** All agents of this process fall silent; their machines stay. */
    @Override
    public void close() {
        agents.close();
    }

    /** As a power cut would. */
    void crash(MachineId machine) {
        attempt(
                machine,
                () -> {
                    agents.end(machine);
                    register.die(machine);
                });
        listeners.forEach(listener -> listener.accept(machine));
    }

    int portKnownTo(MachineId machine) {
        return agents.bootstrap(machine)
                .map(bootstrap -> bootstrap.gateways().getFirst().port())
                .orElse(0);
    }

    Optional<SimulatedAgent> agent(MachineId machine) {
        return agents.agent(machine);
    }

    Collection<SimulatedAgent> agents() {
        return agents.all();
    }

    Optional<Register.Life> lifeOf(MachineId machine) {
        return register.of(machine);
    }

    /** One at a time for each machine: a call that was given up may still be on its way. */
    private MachineOutcome attempt(MachineId machine, Action action) {
        var lock = locks.get(Math.floorMod(machine.hashCode(), locks.size()));
        lock.lock();
        try {
            action.run();
            return MachineOutcome.OK;
        } catch (IOException e) {
            return new MachineOutcome.Transient(String.valueOf(e.getMessage()));
        } finally {
            lock.unlock();
        }
    }

    private interface Action {
        void run() throws IOException;
    }
}
