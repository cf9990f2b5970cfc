package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.agent.protocol.GatewayMessage;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What agents say, and how streams begin and end. */
class GatewayStreamsTest extends GatewayScene {
    @Test
    void roleHealthAndHeartbeatsAreWrittenDown() throws Exception {
        var agent = connected(0);

        agent.become(Role.ACTIVE);
        agent.say(new AgentMessage.HealthChanged(List.of(target(1), target(2))));
        agent.say(new AgentMessage.Heartbeat(42));

        await().atMost(LIMIT).until(() -> status("role").equals("ACTIVE"));
        await().atMost(LIMIT).until(() -> ground.count("target_health", loadBalancer) == 2);
        await().atMost(LIMIT)
                .until(() ->
                        ground.sql()
                                .sql("select active_connections from agent_heartbeat")
                                .query(Integer.class)
                                .list()
                                .equals(List.of(42)));
    }

    @Test
    void wholeReportReplacesTheTargetsAndAPartialOneDoesNot() throws Exception {
        var agent = connected(0);
        agent.say(new AgentMessage.HealthChanged(List.of(target(1), target(2))));
        agent.say(new AgentMessage.HealthChanged(List.of(target(3))));
        await().atMost(LIMIT).until(() -> ports().equals("1,2,3"));

        agent.say(new AgentMessage.ConfigApplied(new AppliedConfig(1, 1, SHA)));
        agent.say(new AgentMessage.HealthChanged(List.of(target(3), target(4))));

        await().atMost(LIMIT).until(() -> ports().equals("3,4"));
    }

    @Test
    void closedStreamIsADisconnectedAgentAndAReasonToLook() throws Exception {
        var agent = connected(0);
        ground.sql().sql("delete from work_item").update();

        agent.close();

        await().atMost(LIMIT).until(() -> status("connected").equals("false"));
        assertThat(ground.count("work_item", loadBalancer)).isEqualTo(1);
    }

    @Test
    void newerStreamOfAMachineReplacesTheOlder() throws Exception {
        var older = connected(0);
        var session = status("session_id");

        older.dialAgain();

        await().atMost(LIMIT).until(() -> !status("session_id").equals(session));
        await().atMost(LIMIT).until(() -> dropped("replaced") == 1);
        await().during(Duration.ofMillis(300))
                .atMost(LIMIT)
                .until(() -> status("connected").equals("true"));
    }

    @Test
    void agentThatSaysMoreThanCanBeWrittenDownIsDroppedAndMayComeBack() throws Exception {
        gateway.close();
        gateway = gateway(settings(4, Duration.ofSeconds(15)), "gateway");
        var agent = connected(0);

        try (var blocker = ground.database().getConnection()) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("lock table work_item in access exclusive mode");
            for (int i = 0; i < 10; i++) {
                agent.say(new AgentMessage.RoleChanged(Role.ACTIVE, i));
            }
            await().atMost(LIMIT).until(agent::isClosed);
            assertThat(dropped("mailbox_full")).isPositive();
            blocker.rollback();
        }

        agent.dialAgain();
        await().atMost(LIMIT).until(() -> status("connected").equals("true"));
    }

    @Test
    void silentStreamIsDropped() throws Exception {
        gateway.close();
        gateway = gateway(settings(256, Duration.ofSeconds(1)), "gateway");

        var agent = connected(0);

        await().atMost(LIMIT).until(() -> status("connected").equals("false"));
        assertThat(dropped("silent")).isEqualTo(1);
        assertThat(agent.isClosed()).isTrue();
    }

    @Test
    void agentThatOnlyAnswersPingsKeepsItsStream() throws Exception {
        gateway.close();
        gateway = gateway(settings(256, Duration.ofSeconds(1), Duration.ofMillis(100)), "gateway");

        var agent = connected(0);

        await().during(Duration.ofSeconds(2))
                .atMost(LIMIT)
                .until(() -> !agent.isClosed() && status("connected").equals("true"));
        assertThat(dropped("protocol")).isZero();
    }

    @Test
    void agentsAreAskedToReportLessOftenWhenThereAreMoreOfThemThanCanBeHeard() throws Exception {
        gateway.close();
        gateway =
                gateway(
                        settings(256, Duration.ofSeconds(15), Duration.ofSeconds(5), 1, 0),
                        "gateway");

        var first = connected(0);
        var second = connected(1);

        await().atMost(LIMIT).until(() -> first.heard().contains(new GatewayMessage.Pace(2_000)));
        await().atMost(LIMIT).until(() -> second.heard().contains(new GatewayMessage.Pace(2_000)));
        second.close();
        await().atMost(LIMIT)
                .until(() -> first.heard().getLast().equals(new GatewayMessage.Pace(1_000)));
    }

    @Test
    void whoComesWhenItIsFullIsTurnedAwayUntilSomebodyLeaves() throws Exception {
        gateway.close();
        gateway =
                gateway(
                        settings(256, Duration.ofSeconds(15), Duration.ofSeconds(5), 1000, 2),
                        "gateway");
        var agent = agent(0);

        try (var first = new Socket("127.0.0.1", gateway.port());
                var _ = new Socket("127.0.0.1", gateway.port());
                var third = new Socket("127.0.0.1", gateway.port())) {
            assertThat(third.getInputStream().read()).isEqualTo(-1);
            assertThat(refused("full")).isEqualTo(1);
            first.close();
            await().atMost(LIMIT).ignoreExceptions().until(() -> hasEnrolled(agent));
        }
    }

    private static boolean hasEnrolled(FakeAgent agent) throws Exception {
        agent.enrol();
        return true;
    }

    @Test
    void agentsThatComeBackInACrowdAskForOneLookWhenBothAreBack() throws Exception {
        var first = agent(0);
        var second = agent(1);
        ground.sql()
                .sql(
                        """
                        update work_item set reason = 'START',
                            not_before = clock_timestamp() + interval '1 minute'
                        """)
                .update();

        first.enrol();
        first.dial();
        await().atMost(LIMIT).until(() -> connections() == 1);
        assertThat(isDue()).isFalse();
        second.enrol();
        second.dial();
        await().atMost(LIMIT).until(() -> connections() == 2);

        assertThat(isDue()).isTrue();
    }

    private int connections() {
        return ground.sql()
                .sql("select count(*) from agent_status where connected")
                .query(Integer.class)
                .single();
    }

    private boolean isDue() {
        return ground.sql()
                .sql("select not_before <= clock_timestamp() from work_item")
                .query(Boolean.class)
                .single();
    }

    @Test
    void startVoidsTheStreamsOfGatewaysThatAreGoneAndNoOthers() throws Exception {
        connected(0);
        var other = gateway(settings(256, Duration.ofSeconds(15)), "other");
        assertThat(status("connected")).isEqualTo("true");
        other.close();
        assertThat(status("connected")).isEqualTo("true");

        ground.sql().sql("update agent_status set gateway = gen_random_uuid()").update();
        gateway(settings(256, Duration.ofSeconds(15)), "another").close();

        assertThat(status("connected")).isEqualTo("false");
    }

    @Test
    void agentsAreToldOfEveryGatewayThatComesOrGoes() throws Exception {
        var agent = connected(0);
        var other = gateway(settings(256, Duration.ofSeconds(15)), "other");

        await().atMost(LIMIT).until(() -> agent.gateways().size() == 2);
        assertThat(agent.gateways())
                .extracting(GatewayAddress::port)
                .containsExactly(gateway.port(), other.port());
        assertThat(bootstrap(machine(1)).gateways()).isEqualTo(agent.gateways());

        other.close();
        await().atMost(LIMIT).until(() -> agent.gateways().size() == 1);
    }

    @Test
    void gatewayThatWasTakenForDeadDropsItsStreamsAndComesBack() throws Exception {
        var agent = connected(0);
        var before = status("gateway");

        ground.sql().sql("delete from gateway").update();

        await().atMost(LIMIT).until(agent::isClosed);
        assertThat(dropped("struck_off")).isEqualTo(1);
        await().atMost(LIMIT).until(() -> status("connected").equals("false"));
        agent.dialAgain();
        await().atMost(LIMIT).until(() -> status("connected").equals("true"));
        assertThat(status("gateway")).isNotEqualTo(before);
    }

    @Test
    void twoGatewaysOfOneNameAreRefusedWithTheSettingToChange() {
        assertThatThrownBy(() -> gateway(settings(256, Duration.ofSeconds(15)), "gateway"))
                .hasMessageContaining("'gateway' is running")
                .hasMessageContaining("plimsoll.provisioner.instance");
    }
}
