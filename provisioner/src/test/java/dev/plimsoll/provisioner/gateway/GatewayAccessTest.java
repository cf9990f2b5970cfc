package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.PushesReported;
import dev.plimsoll.agent.protocol.GatewayMessage.PushAccessGiven;
import dev.plimsoll.agent.protocol.PushAccess.Credentials;
import dev.plimsoll.agent.protocol.PushReport;
import dev.plimsoll.agent.protocol.PushReport.Failure;
import dev.plimsoll.agent.protocol.PushReport.Kind;
import dev.plimsoll.agent.protocol.PushReport.Reason;
import dev.plimsoll.provisioner.push.Sealing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What agents are told to push with, and what becomes of what they say of it. */
class GatewayAccessTest extends GatewayScene {
    private static final String REF = "credentials-12345";

    @Test
    void agentIsToldWithWhatToPushAndAgainWhenThePasswordChanges() throws Exception {
        Sealing.addCredential(ground, loadBalancer, REF, "first", folder.resolve("key"));
        var agent = connected(0);

        var told = told(agent);

        assertThat(told.access().credentials())
                .containsExactly(new Credentials(REF, "me", "first"));
        assertThat(told.access().loadBalancer()).isEqualTo("web");
        assertThat(told.access().region()).isEqualTo("eu01");
        assertThat(told.access().everyMillis()).isEqualTo(15_000);
        assertThat(told.access().refused()).containsExactly("100.64.0.0/10");

        Sealing.changePassword(ground, REF, "second", folder.resolve("key"));
        gateway.onConfig(loadBalancer);

        assertThat(told(agent).access().credentials())
                .containsExactly(new Credentials(REF, "me", "second"));
        gateway.onConfig(loadBalancer);
        publish(1);
        gateway.onConfig(loadBalancer);
        await().atMost(LIMIT).until(() -> status("applied_revision").equals("1"));
        assertThat(agent.heard()).noneMatch(PushAccessGiven.class::isInstance);
    }

    @Test
    void credentialsThatCannotBeOpenedAreNotThere() throws Exception {
        Sealing.addCredential(ground, loadBalancer, REF, "first", folder.resolve("key"));
        ground.sql().sql("update credential set password_sealed = 'altered'").update();

        var told = told(connected(0));

        assertThat(told.access().credentials()).isEmpty();
    }

    @Test
    void newestReportOfEachKindIsKept() throws Exception {
        var agent = connected(0);
        var failure = new Failure(1_772_366_415_000L, Reason.HTTP_STATUS, 503);

        agent.say(
                new PushesReported(
                        List.of(
                                report(Kind.METRICS, null, null, 0, 0),
                                report(Kind.LOGS, 1_772_366_400_000L, failure, 3, 17))));
        await().atMost(LIMIT).until(() -> rows().size() == 2);
        assertThat(rows().get("LOGS")).isEqualTo("HTTP_STATUS 503 3 17");

        agent.say(
                new PushesReported(List.of(report(Kind.METRICS, 1_772_366_400_000L, null, 0, 0))));
        await().atMost(LIMIT).until(() -> rows().equals(Map.of("METRICS", "null null 0 0")));

        agent.say(new PushesReported(List.of()));
        await().atMost(LIMIT).until(() -> rows().isEmpty());
    }

    /** Whatever else it is told. */
    private static PushAccessGiven told(FakeAgent agent) throws InterruptedException {
        for (var heard = agent.hear(); heard != null; heard = agent.hear()) {
            if (heard instanceof PushAccessGiven access) {
                return access;
            }
        }
        throw new AssertionError("The agent was not told with what to push");
    }

    private static PushReport report(
            Kind kind, Long success, Failure failure, int failures, long dropped) {
        return new PushReport(kind, "https://x.example/", success, failure, failures, dropped);
    }

    private Map<String, String> rows() {
        var rows = new java.util.HashMap<String, String>();
        ground.sql()
                .sql(
                        "select kind, reason, http_status, consecutive_failures, dropped from"
                                + " push_status")
                .query(row -> {
                    rows.put(
                            row.getString(1),
                            "%s %s %d %d"
                                    .formatted(
                                            row.getString(2),
                                            row.getString(3),
                                            row.getInt(4),
                                            row.getLong(5)));
                });
        return rows;
    }
}
