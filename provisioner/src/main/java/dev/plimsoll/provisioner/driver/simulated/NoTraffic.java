package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.AgentMessage.ChangeRehearsed;
import dev.plimsoll.agent.protocol.AgentMessage.ConnectionClosed;
import dev.plimsoll.agent.protocol.AgentMessage.ConnectionsListed;
import dev.plimsoll.agent.protocol.AgentMessage.HealthReported;
import dev.plimsoll.agent.protocol.AgentMessage.Step;
import dev.plimsoll.agent.protocol.AgentMessage.TargetExplained;
import dev.plimsoll.agent.protocol.GatewayMessage.CloseConnection;
import dev.plimsoll.agent.protocol.GatewayMessage.ExplainTarget;
import dev.plimsoll.agent.protocol.GatewayMessage.ListConnections;
import dev.plimsoll.agent.protocol.GatewayMessage.RehearseChange;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportHealth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an agent answers truthfully that forwards nothing. */
final class NoTraffic {
    static final int CONNECTIONS = 0;

    private NoTraffic() {}

    static HealthReported health(ReportHealth question) {
        return new HealthReported(question.inquiry(), List.of(), CONNECTIONS, CONNECTIONS);
    }

    static TargetExplained explained(ExplainTarget question) {
        var route =
                new Step(
                        Step.Name.ROUTE,
                        Step.Outcome.UNKNOWN,
                        null,
                        0,
                        null,
                        "A simulated agent reaches nobody.");
        return new TargetExplained(
                question.inquiry(), List.of(route), false, CONNECTIONS, CONNECTIONS);
    }

    static ConnectionsListed listed(ListConnections question) {
        return new ConnectionsListed(question.inquiry(), List.of(), CONNECTIONS, 1, 0, false);
    }

    static ConnectionClosed closed(CloseConnection question) {
        return new ConnectionClosed(question.inquiry(), false);
    }

    /** There is no connection that anything could happen to. */
    static ChangeRehearsed rehearsed(RehearseChange question, @Nullable AppliedConfig applied) {
        return new ChangeRehearsed(
                question.inquiry(),
                false,
                applied == null ? 0 : applied.generation(),
                null,
                List.of(),
                CONNECTIONS,
                CONNECTIONS,
                CONNECTIONS,
                List.of());
    }
}
