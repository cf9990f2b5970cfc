package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.provisioner.machine.MachineId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

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
        var present = agents.get(machine);
        if (present == null) {
            var agent = new SimulatedAgent(fleet, bootstrap);
            agents.put(machine, agent);
            agent.start();
        } else {
            present.bootstrap(bootstrap);
        }
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
