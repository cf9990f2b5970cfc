package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.provisioner.machine.MachineId;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Where the agents of simulated machines live. Any thread. */
interface AgentHome extends AutoCloseable {

    /** What the machine's agent was told last; empty where it has none. */
    Optional<Bootstrap> bootstrap(MachineId machine);

    /** There is an agent with this bootstrap: a new one, or the present one that is told. */
    void run(MachineId machine, Bootstrap bootstrap) throws IOException;

    /** The agent, if any, gives up the VIP and is silent for ever. */
    void end(MachineId machine) throws IOException;

    /** Empty where it is not in this process. */
    default Optional<SimulatedAgent> agent(MachineId machine) {
        return Optional.empty();
    }

    /** Those of this process. */
    default Collection<SimulatedAgent> all() {
        return List.of();
    }

    @Override
    void close();
}
