package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.provisioner.machine.MachineId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Agents in this process, all on one event loop. They end with it. */
final class AgentsHere implements AgentHome {
    private final Fleet fleet;
    private final Map<MachineId, SimulatedAgent> agents = new ConcurrentHashMap<>();

    AgentsHere(Fleet fleet) {
        this.fleet = fleet;
    }

    @Override
    public Optional<Bootstrap> bootstrap(MachineId machine) {
        return Optional.ofNullable(agents.get(machine)).map(SimulatedAgent::bootstrap);
    }

    @Override
    public void run(MachineId machine, Bootstrap bootstrap) {
        agents.compute(machine, (_, present) -> told(present, bootstrap));
    }

    private SimulatedAgent told(@Nullable SimulatedAgent present, Bootstrap bootstrap) {
        if (present != null) {
            present.bootstrap(bootstrap);
            return present;
        }
        var agent = new SimulatedAgent(fleet, bootstrap);
        agent.start();
        return agent;
    }

    @Override
    public Optional<SimulatedAgent> agent(MachineId machine) {
        return Optional.ofNullable(agents.get(machine));
    }

    @Override
    public Collection<SimulatedAgent> all() {
        return List.copyOf(agents.values());
    }

    @Override
    public void end(MachineId machine) {
        var agent = agents.remove(machine);
        if (agent != null) {
            agent.end();
        }
    }

    @Override
    public void close() {
        agents.keySet().forEach(this::end);
        fleet.dialler().close();
    }
}
