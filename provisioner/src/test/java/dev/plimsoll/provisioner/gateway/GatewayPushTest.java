package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.GatewayMessage;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What agents are told. */
class GatewayPushTest extends GatewayScene {
    @Test
    void newestConfigurationGreetsTheAgentAndItsAnswerIsWrittenDown() throws Exception {
        publish(1);
        publish(2);
        var agent = agent(0);
        agent.enrol();

        agent.dial();

        assertThat(agent.hear())
                .isInstanceOfSatisfying(
                        GatewayMessage.ConfigPushed.class,
                        pushed -> assertThat(pushed.revision()).isEqualTo(2));
        await().atMost(LIMIT).until(() -> status("applied_revision").equals("2"));
        assertThat(status("connected")).isEqualTo("true");
        assertThat(ground.count("work_item", loadBalancer)).isEqualTo(1);
    }

    @Test
    void publishedConfigurationIsPushedToBothAgents() throws Exception {
        var first = connected(0);
        var second = connected(1);
        publish(1);

        gateway.onConfig(loadBalancer);

        assertThat(first.hear()).isInstanceOf(GatewayMessage.ConfigPushed.class);
        assertThat(second.hear()).isInstanceOf(GatewayMessage.ConfigPushed.class);
    }

    @Test
    void orderToLeaveTheVipIsGivenAndTakenBackThoughItsNotificationsAreLost() throws Exception {
        var agent = connected(0);

        wantYield("FAILOVER");
        assertThat(agent.hear()).isEqualTo(new GatewayMessage.YieldVip("FAILOVER", 30_000));

        wantYield(null);
        assertThat(agent.hear()).isEqualTo(new GatewayMessage.ClaimVip());
    }

    @Test
    void agentThatIsBackIsToldWhatHasChangedMeanwhile() throws Exception {
        var agent = connected(0);
        wantYield("REPLACEMENT");
        assertThat(agent.hear()).isInstanceOf(GatewayMessage.YieldVip.class);
        agent.close();
        await().atMost(LIMIT).until(() -> status("connected").equals("false"));
        wantYield(null);

        agent.dial();

        assertThat(agent.hear()).isEqualTo(new GatewayMessage.ClaimVip());
    }

    @Test
    void machineThatDrainsIsToldToGiveTheVipUpAndOneThatIsToGoToEnd() throws Exception {
        var draining = connected(0);
        var ending = connected(1);

        setDraining(0, "clock_timestamp() + interval '1 minute'");
        setDraining(1, "null");

        assertThat(draining.hear()).isInstanceOf(GatewayMessage.Drain.class);
        assertThat(ending.hear()).isInstanceOf(GatewayMessage.Retired.class);
    }

    @Test
    void agentOfBeforeTheseOrdersIsGivenNone() throws Exception {
        var agent = agent(0);
        agent.enrol();
        var hello = agent.hello();
        agent.dial(
                new AgentMessage.Hello(
                        hello.machineId(),
                        hello.incarnation(),
                        hello.loadBalancerId(),
                        hello.pid(),
                        hello.agentVersion(),
                        hello.adminAddress(),
                        hello.connectionLimit(),
                        hello.role(),
                        hello.roleSinceEpochMillis(),
                        hello.applied(),
                        null));
        await().atMost(LIMIT).until(() -> status("connected").equals("true"));
        wantYield("FAILOVER");
        gateway.onMachine(machineOf(0));
        publish(1);
        gateway.onConfig(loadBalancer);

        assertThat(agent.hear()).isInstanceOf(GatewayMessage.ConfigPushed.class);
        assertThat(status("yields")).isEqualTo("false");
    }

    @Test
    void configurationWhoseNotificationWasLostIsPushedAllTheSame() throws Exception {
        var agent = connected(0);
        publish(1);

        assertThat(agent.hear()).isInstanceOf(GatewayMessage.ConfigPushed.class);
    }

    @Test
    void agentThatHasTheNewestOrALaterOneIsSentNothing() throws Exception {
        publish(1);
        publish(2);
        for (var revision : List.of(2L, 3L)) {
            var agent = agent(0).withApplied(new AppliedConfig(revision, 1, SHA));
            agent.enrol();
            agent.dial();
            await().atMost(LIMIT)
                    .until(() -> status("applied_revision").equals(revision.toString()));
            gateway.onConfig(loadBalancer);
            agent.say(new AgentMessage.RoleChanged(Role.ACTIVE, revision));
            await().atMost(LIMIT).until(() -> status("role").equals("ACTIVE"));

            assertThat(agent.heard()).isEmpty();
            forgetMachines();
        }
    }

    @Test
    void refusalForAnAddressInUseIsWrittenDownOnceAndTriedAgain() throws Exception {
        var pushes = new AtomicInteger();
        publish(1);
        var agent =
                agent(0).answerWith(config ->
                        pushes.incrementAndGet() < 4
                                ? refusal(config, Refusal.ADDRESS_IN_USE)
                                : null);
        agent.enrol();
        agent.dial();

        await().atMost(LIMIT).until(() -> status("applied_revision").equals("1"));

        assertThat(pushes).hasValue(4);
        assertThat(status("refused_code")).isEmpty();
        assertThat(
                        ground.ask(
                                "select change from work_item where load_balancer_id = :id",
                                loadBalancer,
                                Long.class))
                .as("spec, connected, refused, applied")
                .isEqualTo(4);
    }

    @Test
    void refusedConfigurationThatCannotHealIsNotSentAgain() throws Exception {
        publish(1);
        var agent = agent(0).answerWith(config -> refusal(config, Refusal.UNSUPPORTED));
        agent.enrol();
        agent.dial();
        await().atMost(LIMIT).until(() -> "UNSUPPORTED".equals(status("refused_code")));
        gateway.onConfig(loadBalancer);
        publish(2);
        gateway.onConfig(loadBalancer);

        await().atMost(LIMIT).until(() -> "2".equals(status("refused_revision")));

        assertThat(agent.heard()).hasSize(2);
    }

    @Test
    void retiredAgentIsTold() throws Exception {
        var agent = connected(0);
        ground.sql().sql("update machine set state = 'DRAINING'").update();

        gateway.onMachine(machineOf(0));

        assertThat(agent.hear()).isInstanceOf(GatewayMessage.Retired.class);
    }

    @Test
    void largeConfigurationsGoThrough() throws Exception {
        var agent = connected(0);
        publish(1, "x".repeat(4 << 20));

        gateway.onConfig(loadBalancer);

        assertThat(agent.hear())
                .isInstanceOfSatisfying(
                        GatewayMessage.ConfigPushed.class,
                        pushed -> assertThat(pushed.document().length()).isGreaterThan(4 << 20));
    }
}
