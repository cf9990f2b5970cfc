package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.ChangeRehearsed;
import dev.plimsoll.agent.protocol.AgentMessage.ConnectionClosed;
import dev.plimsoll.agent.protocol.AgentMessage.ConnectionsListed;
import dev.plimsoll.agent.protocol.AgentMessage.HealthReported;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.AgentMessage.RoleChanged;
import dev.plimsoll.agent.protocol.AgentMessage.TargetExplained;
import dev.plimsoll.agent.protocol.GatewayMessage.CloseConnection;
import dev.plimsoll.agent.protocol.GatewayMessage.ExplainTarget;
import dev.plimsoll.agent.protocol.GatewayMessage.ListConnections;
import dev.plimsoll.agent.protocol.GatewayMessage.RehearseChange;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportHealth;
import dev.plimsoll.provisioner.machine.MachineId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What agents are asked on somebody's behalf, and what becomes of their answers. */
class GatewayQuestionsTest extends GatewayScene {
    private long marks;

    @Test
    void questionReachesItsAgentAndTheAnswerIsWrittenDown() throws Exception {
        var agent = connected(0);
        var inquiry = asked(machineOf(0), "EXPLAIN", 10);

        gateway.onInquiry(machineOf(0), inquiry);

        assertThat(agent.hear()).isEqualTo(new ExplainTarget(inquiry, "web", "10.0.0.11", 8080));
        agent.say(new TargetExplained(inquiry, List.of(), true, 1, 2));
        await().atMost(LIMIT).until(() -> answer(inquiry).contains("\"isBusy\": true"));
    }

    @Test
    void documentGoesAlongWithTheQuestionWhatItWouldDo() throws Exception {
        var agent = connected(0);
        var inquiry = asked(machineOf(0), "REHEARSE", 10);

        gateway.onInquiry(machineOf(0), inquiry);

        assertThat(agent.hear()).isEqualTo(new RehearseChange(inquiry, "{}"));
        agent.say(
                new ChangeRehearsed(
                        inquiry, false, 7, null, List.of(), 12, 250, 28_232, List.of()));
        await().atMost(LIMIT).until(() -> answer(inquiry).contains("\"established\": 12"));
    }

    @Test
    void firstAnswerCounts() throws Exception {
        var agent = connected(0);
        var inquiry = asked(machineOf(0), "HEALTH", 10);
        gateway.onInquiry(machineOf(0), inquiry);
        assertThat(agent.hear()).isEqualTo(new ReportHealth(inquiry, "web"));

        agent.say(new HealthReported(inquiry, List.of(), 1, 250));
        agent.say(new HealthReported(inquiry, List.of(), 2, 250));
        spokenAfter(agent);

        assertThat(answer(inquiry)).contains("\"activeConnections\": 1");
    }

    @Test
    void questionsAboutConnectionsAreAskedInTheAgentsWords() throws Exception {
        var agent = connected(0);
        var list =
                askedInWords(
                        "CONNECTIONS",
                        "{\"open\": true, \"client\": \"192.0.2.0/24\", \"most\": 5}");
        var connection = UUID.randomUUID();
        var close = askedInWords("CLOSE", "{\"connection\": \"%s\"}".formatted(connection));

        gateway.onInquiry(machineOf(0), list);
        assertThat(agent.hear())
                .isEqualTo(
                        new ListConnections(
                                list, true, "192.0.2.0/24", null, null, null, null, null, null, 5));
        agent.say(new ConnectionsListed(list, List.of(), 0, 1, 10_000, false));
        gateway.onInquiry(machineOf(0), close);
        assertThat(agent.hear()).isEqualTo(new CloseConnection(close, connection));
        agent.say(new ConnectionClosed(close, true));

        await().atMost(LIMIT).until(() -> answer(list).contains("\"kept\": 10000"));
        await().atMost(LIMIT).until(() -> answer(close).contains("\"isClosed\": true"));
    }

    private UUID askedInWords(String kind, String question) {
        var id = UUID.randomUUID();
        ground.sql()
                .sql(
                        """
                        insert into agent_inquiry (id, load_balancer_id, machine_id, kind, question, expires_at)
                        values (:id, :loadBalancer, :machine, :kind, :question::jsonb,
                            clock_timestamp() + interval '10 seconds')
                        """)
                .param("id", id)
                .param("loadBalancer", loadBalancer.value())
                .param("machine", machineOf(0).value())
                .param("kind", kind)
                .param("question", question)
                .update();
        return id;
    }

    @Test
    void answerOfAnotherMachineDoesNotCount() throws Exception {
        var agent = connected(0);
        var other = connected(1);
        var inquiry = asked(machineOf(0), "HEALTH", 10);

        other.say(new HealthReported(inquiry, List.of(), 1, 250));
        spokenAfter(other);

        assertThat(answer(inquiry)).isEmpty();
        gateway.onInquiry(machineOf(1), inquiry);
        spokenAfter(other);
        assertThat(other.heard()).isEmpty();
        assertThat(agent.heard()).isEmpty();
    }

    @Test
    void questionThatNobodyWaitsForIsNotPassedOn() throws Exception {
        var agent = connected(0);
        var late = asked(machineOf(0), "HEALTH", -1);

        gateway.onInquiry(machineOf(0), late);
        gateway.onInquiry(machineOf(0), UUID.randomUUID());
        agent.say(new HealthReported(late, List.of(), 1, 250));
        spokenAfter(agent);

        assertThat(agent.heard()).isEmpty();
        assertThat(answer(late)).isEmpty();
    }

    /** What was said and asked before is through. */
    private void spokenAfter(FakeAgent agent) {
        long mark = ++marks * 1000;
        agent.say(new RoleChanged(Role.ACTIVE, mark));
        await().atMost(LIMIT)
                .until(() ->
                        ground.sql()
                                        .sql(
                                                "select count(*) from agent_status where machine_id"
                                                    + " = :id and role_since = to_timestamp(:mark /"
                                                    + " 1000)")
                                        .param("mark", mark)
                                        .param("id", agent.hello().machineId())
                                        .query(Integer.class)
                                        .single()
                                == 1);
    }

    private UUID asked(MachineId machine, String kind, int seconds) {
        var id = UUID.randomUUID();
        ground.sql()
                .sql(
                        """
                        insert into agent_inquiry (id, load_balancer_id, machine_id, kind, target_pool,
                            ip, port, document, expires_at)
                        values (:id, :loadBalancer, :machine, :kind, 'web', '10.0.0.11', 8080, '{}',
                            clock_timestamp() + :seconds * interval '1 second')
                        """)
                .param("id", id)
                .param("loadBalancer", loadBalancer.value())
                .param("machine", machine.value())
                .param("kind", kind)
                .param("seconds", seconds)
                .update();
        return id;
    }

    private String answer(UUID inquiry) {
        return ground.sql()
                .sql("select coalesce(answer::text, '') from agent_inquiry where id = :id")
                .param("id", inquiry)
                .query(String.class)
                .single();
    }
}
