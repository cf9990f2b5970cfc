package dev.plimsoll.api.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminMachinesTest extends ApiTest {
    private static final String MACHINES = "/admin/v1/machines";
    private ApiClient operator;
    private UUID loadBalancer;
    private UUID first;
    private UUID second;

    @BeforeEach
    void twoMachines() {
        operator = with(project.operatorToken());
        api.create(Payload.onPrivateAddress("web")).isOk();
        loadBalancer = world.id(project.projectId(), "web");
        first = world.hasAgent(loadBalancer, 0, "ACTIVE", 4711);
        second = world.hasAgent(loadBalancer, 1, "STANDBY", 4712);
    }

    @Test
    void machineShowsItsAgentAndTheAgeOfItsHeartbeat() {
        jdbc.sql("INSERT INTO agent_heartbeat VALUES (?, now() - interval '5 s', 12)")
                .param(first)
                .update();
        jdbc.sql(
                        """
                        UPDATE agent_status SET refused_revision = 7, refused_code = 'UNSUPPORTED',
                            refused_path = '/listeners/0', refused_detail = 'no UDP'
                        WHERE machine_id = ?
                        """)
                .param(first)
                .update();

        var machine = operator.get(MACHINES + "/" + first).isOk();

        assertThat(machine.string("/loadBalancerName")).isEqualTo("web");
        assertThat(machine.string("/projectId")).isEqualTo(project.projectId().toString());
        assertThat(machine.string("/agent/role")).isEqualTo("ACTIVE");
        assertThat(machine.string("/agent/version")).isEqualTo("test");
        assertThat(machine.json().at("/agent/connected").asBoolean()).isTrue();
        assertThat(machine.json().at("/agent/appliedGeneration").asInt()).isEqualTo(1);
        assertThat(machine.json().at("/agent/activeConnections").asInt()).isEqualTo(12);
        assertThat(machine.json().at("/agent/heartbeatAgeMillis").asLong())
                .isBetween(5_000L, 60_000L);
        assertThat(machine.string("/agent/refusal")).isEqualTo("UNSUPPORTED /listeners/0: no UDP");
    }

    @Test
    void machineIsToBeReplacedOnceHoweverOftenItIsAskedFor() {
        var path = MACHINES + "/" + second;
        assertThat(operator.get(path).isOk().json().has("replacement")).isFalse();

        var asked = operator.post(path + ":replace", "{\"reason\": \"AGENT_UPGRADE\"}").isOk();

        assertThat(asked.string("/replacement/reason")).isEqualTo("AGENT_UPGRADE");
        assertThat(operator.send("POST", path + ":replace", null).isOk().json())
                .isEqualTo(asked.json());
        operator.post(path + ":replace", "{\"reason\": \"WHIM\"}").isProblem(400, 3);
        set(second, "DELETED");
        operator.send("POST", path + ":replace", null).isProblem(409, 9);
        operator.send("POST", MACHINES + "/" + UUID.randomUUID() + ":replace", null)
                .isProblem(404, 5);
        with(project.adminToken()).send("POST", path + ":replace", null).isProblem(403, 7);
    }

    @Test
    void listIsFilteredByStateAndLoadBalancer() {
        set(first, "ACTIVE");
        assertThat(ids("?state=ACTIVE&loadBalancerId=" + loadBalancer))
                .containsExactly(first.toString());
        assertThat(ids("?loadBalancerId=" + loadBalancer))
                .containsExactlyInAnyOrder(first.toString(), second.toString());
        set(first, "DELETED");
        assertThat(ids("?loadBalancerId=" + loadBalancer)).containsExactly(second.toString());
        assertThat(ids("?state=DELETED&loadBalancerId=" + loadBalancer))
                .containsExactly(first.toString());
        assertThat(operator.get(MACHINES + "/" + first).isOk().string("/state"))
                .isEqualTo("DELETED");
        operator.get(MACHINES + "?state=ON").blames("#query/state");
        operator.get(MACHINES + "?loadBalancerId=web").blames("#query/loadBalancerId");
        operator.get(MACHINES + "/" + UUID.randomUUID()).isProblem(404, 5);
    }

    @Test
    void machineWithoutAnAgentIsShownWithout() {
        jdbc.sql("DELETE FROM agent_status WHERE machine_id = ?").param(second).update();
        assertThat(operator.get(MACHINES + "/" + second).isOk().json().has("agent")).isFalse();
    }

    @Test
    void listIsPagedAndTakesTwoQueries() {
        var path = MACHINES + "?pageSize=1&loadBalancerId=" + loadBalancer;
        var page = operator.get(path).isOk();
        var rest = operator.get(path + "&pageId=" + page.string("/nextPageId")).isOk();
        assertThat(rest.json().has("nextPageId")).isFalse();
        assertThat(rest.string("/machines/0/machineId"))
                .isNotEqualTo(page.string("/machines/0/machineId"));
        assertThat(statements.during(() -> operator.get(MACHINES).isOk())).isEqualTo(2);
    }

    private Iterable<String> ids(String query) {
        return operator.get(MACHINES + query)
                .isOk()
                .json()
                .path("machines")
                .findValuesAsString("machineId");
    }

    private void set(UUID machine, String state) {
        jdbc.sql("UPDATE machine SET state = ? WHERE id = ?").param(state).param(machine).update();
    }
}
