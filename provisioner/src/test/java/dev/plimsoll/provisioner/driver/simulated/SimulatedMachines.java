package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.machine.Bootstraps;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Simulated machines that outlive the provisioner that made them, and what is really true of them,
 * whatever anybody says.
 */
public final class SimulatedMachines implements AutoCloseable {
    private static final ScopedValue<Bootstraps> CALLER = ScopedValue.newInstance();

    private final SimulatedDriver driver;
    private final Map<LoadBalancerId, Long> served = new ConcurrentHashMap<>();

    public SimulatedMachines(Path folder) {
        driver =
                new SimulatedDriver(
                        new SimulatedSettings(
                                folder,
                                "10.0.0.0/8",
                                "198.18.0.0/15",
                                Duration.ofMillis(200),
                                List.of()),
                        (machine, vip, adminPort, present) ->
                                CALLER.get().bootstrap(machine, vip, adminPort, present),
                        InstantSource.system());
    }

    public MachineDriver driver() {
        return driver;
    }

    /** Calls of the driver within {@code calls} are this provisioner's. */
    public static <T> T as(
            Bootstraps bootstraps, ScopedValue.CallableOp<T, RuntimeException> calls) {
        return ScopedValue.where(CALLER, bootstraps).call(calls);
    }

    public void crash(MachineId machine) {
        look();
        driver.crash(machine);
    }

    /** Its stream ends; it dials again. */
    public void disconnect(MachineId machine) {
        driver.agent(machine).ifPresent(SimulatedAgent::disconnect);
    }

    public Collection<MachineId> owned() {
        return driver.owned();
    }

    /** Agents that live, of whatever machine. */
    public List<Seen> agents() {
        return driver.agents().stream().map(SimulatedMachines::seen).toList();
    }

    public List<Seen> agents(LoadBalancerId of) {
        return agents().stream().filter(agent -> agent.loadBalancer().equals(of)).toList();
    }

    public Optional<Seen> active(LoadBalancerId of) {
        return agents(of).stream().filter(agent -> agent.role() == Role.ACTIVE).findFirst();
    }

    /** Remembers what is applied now; to be called before an agent may end. */
    public void look() {
        for (var agent : agents()) {
            if (agent.applied() != null) {
                served.merge(agent.loadBalancer(), agent.applied().generation(), Math::max);
            }
        }
    }

    /** The newest generation that any agent was ever seen to have applied. */
    public long servedGeneration(LoadBalancerId of) {
        return served.getOrDefault(of, 0L);
    }

    @Override
    public void close() {
        driver.close();
    }

    private static Seen seen(SimulatedAgent agent) {
        try {
            var state = agent.state().get();
            return new Seen(
                    new MachineId(state.machine()),
                    state.loadBalancer(),
                    state.role(),
                    state.applied());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param applied null before the first configuration
     */
    public record Seen(
            MachineId machine,
            LoadBalancerId loadBalancer,
            Role role,
            @Nullable AppliedConfig applied) {}
}
