package dev.plimsoll.api.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailoverTest extends ApiTest {
    private static final String FAILOVER = "load-balancers/web:failover";
    private UUID id;

    @BeforeEach
    void created() {
        api.create(Payload.onPrivateAddress("web")).isOk();
        id = world.id(project.projectId(), "web");
    }

    @Test
    void moveIsOrderedOnceAndAnsweredTheSameWhileItIsUnderWay() {
        var active = world.hasAgent(id, 0, "ACTIVE", 4711);
        var standby = world.hasAgent(id, 1, "STANDBY", 4712);

        var order = api.send("POST", FAILOVER, null).isOk();

        assertThat(order.string("/fromMachineId")).isEqualTo(active.toString());
        assertThat(order.string("/toMachineId")).isEqualTo(standby.toString());
        assertThat(reasonOf(active)).isEqualTo("FAILOVER");
        assertThat(api.send("POST", FAILOVER, null).isOk().json()).isEqualTo(order.json());
        var operator = with(project.operatorToken());
        assertThat(operator.get("/admin/v1/machines/" + active).string("/leavesVip/reason"))
                .isEqualTo("FAILOVER");
    }

    @Test
    void moveThatNobodyCouldTakeOverIsRefused() {
        api.send("POST", FAILOVER, null).isProblem(409, 9);
        world.hasAgent(id, 0, "ACTIVE", 4711);
        assertThat(api.send("POST", FAILOVER, null).isProblem(409, 9).string("/detail"))
                .isEqualTo("no second agent stands by");
        api.send("POST", "load-balancers/nothing:failover", null).isProblem(404, 5);
    }

    @Test
    void agentThatIsTooOldToBeAskedIsNotAsked() {
        var active = world.hasAgent(id, 0, "ACTIVE", 4711);
        world.hasAgent(id, 1, "STANDBY", 4712);
        jdbc.sql("UPDATE agent_status SET yields = false WHERE machine_id = ?")
                .param(active)
                .update();

        assertThat(api.send("POST", FAILOVER, null).isProblem(409, 9).string("/detail"))
                .contains("too old");
    }

    @Test
    void readerMayNotMoveAnything() {
        with(project.readerToken()).send("POST", FAILOVER, null).isProblem(403, 7);
    }

    @Test
    void statusShowsWhatIsKnownOfTheLastMove() {
        var lost = world.hasAgent(id, 0, "ACTIVE", 4711);
        var taker = world.hasAgent(id, 1, "ACTIVE", 4712);
        assertThat(api.get("load-balancers/web/status").isOk().json().has("lastFailover"))
                .isFalse();
        move(lost, taker, "UNKNOWN", null, null);
        move(lost, taker, "MACHINE_DIED", 27, 12);

        var last = api.get("load-balancers/web/status").isOk();

        assertThat(last.string("/lastFailover/cause")).isEqualTo("MACHINE_DIED");
        assertThat(last.string("/lastFailover/fromMachineId")).isEqualTo(lost.toString());
        assertThat(last.string("/lastFailover/toMachineId")).isEqualTo(taker.toString());
        assertThat(last.json().at("/lastFailover/gapMillis").asInt()).isEqualTo(27);
        assertThat(last.json().at("/lastFailover/connections").asInt()).isEqualTo(12);
        assertThat(last.json().at("/lastFailover/detectedAt").isMissingNode()).isFalse();
    }

    private void move(UUID from, UUID to, String cause, Integer gap, Integer connections) {
        jdbc.sql(
                        """
                        INSERT INTO failover (load_balancer_id, project_id, from_machine, to_machine,
                            cause, detected_at, vip_moved_at, gap_millis, connections)
                        VALUES (?, ?, ?, ?, ?, now(), now(), ?, ?)
                        """)
                .param(id)
                .param(project.projectId())
                .param(from)
                .param(to)
                .param(cause)
                .param(gap)
                .param(connections)
                .update();
    }

    private String reasonOf(UUID machine) {
        return jdbc.sql("SELECT yield_reason FROM machine WHERE id = ?")
                .param(machine)
                .query(String.class)
                .single();
    }
}
