package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.GatewayMessage;
import dev.plimsoll.agent.protocol.GatewayMessage.CloseConnection;
import dev.plimsoll.agent.protocol.GatewayMessage.ExplainTarget;
import dev.plimsoll.agent.protocol.GatewayMessage.ListConnections;
import dev.plimsoll.agent.protocol.GatewayMessage.RehearseChange;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportHealth;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportMetrics;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportTraffic;
import dev.plimsoll.provisioner.machine.MachineId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;

/** What somebody asks agents, and what they answer. */
final class InquiryRecords {
    private final JdbcClient sql;

    InquiryRecords(DataSource database) {
        this.sql = JdbcClient.create(database);
    }

    /** Empty when nobody waits for an answer any more, or another machine's is wanted. */
    Optional<GatewayMessage> question(UUID inquiry, MachineId machine) {
        return sql.sql(
                        """
                        select id, kind, target_pool, ip, port, question, document from agent_inquiry
                        where id = :id and machine_id = :machine and answer is null
                          and expires_at > clock_timestamp()
                        """)
                .param("id", inquiry)
                .param("machine", machine.value())
                .query((row, _) -> message(row))
                .optional();
    }

    private static GatewayMessage message(ResultSet row) throws SQLException {
        var id = row.getObject("id", UUID.class);
        var pool = row.getString("target_pool");
        return switch (row.getString("kind")) {
            case "HEALTH" -> new ReportHealth(id, pool);
            case "EXPLAIN" -> new ExplainTarget(id, pool, row.getString("ip"), row.getInt("port"));
            case "CONNECTIONS" -> asked(row, ListConnections.class);
            case "CLOSE" -> asked(row, CloseConnection.class);
            case "REHEARSE" -> new RehearseChange(id, row.getString("document"));
            case "TRAFFIC" -> new ReportTraffic(id);
            case "METRICS" -> new ReportMetrics(id);
            case String other -> throw new IllegalStateException("No agent answers " + other);
        };
    }

    /** The message without its inquiry and its type, which the row has in columns. */
    private static <M extends GatewayMessage> M asked(ResultSet row, Class<M> type)
            throws SQLException {
        var message = (ObjectNode) AgentJson.MAPPER.readTree(row.getString("question"));
        message.put("type", type.getSimpleName());
        message.put("inquiry", row.getString("id"));
        return AgentJson.MAPPER.treeToValue(message, type);
    }

    /** Does nothing for another machine's question, a second answer, or one that comes too late. */
    void answer(UUID inquiry, MachineId machine, AgentMessage answer) {
        answer(inquiry, machine, AgentJson.MAPPER.writeValueAsString(answer));
    }

    /** What was asked for has been written elsewhere. */
    void answered(UUID inquiry, MachineId machine) {
        answer(inquiry, machine, "{}");
    }

    private void answer(UUID inquiry, MachineId machine, String json) {
        sql.sql(
                        """
                        update agent_inquiry set answer = :answer::jsonb
                        where id = :id and machine_id = :machine and answer is null
                          and expires_at > clock_timestamp()
                        """)
                .param("answer", json)
                .param("id", inquiry)
                .param("machine", machine.value())
                .update();
    }
}
