package dev.plimsoll.provisioner.driver.simulated;

/** The same machines, with nobody there to run their agents. */
class AgentsElsewhereTest extends SimulatedDriverTest {
    @Override
    boolean areAgentsElsewhere() {
        return true;
    }
}
