package dev.plimsoll.api.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminLeasesTest extends ApiTest {
    private static final String LEASES = "/admin/v1/leases";
    private ApiClient operator;

    @BeforeEach
    void workForTwo() {
        operator = with(project.operatorToken());
        jdbc.sql("DELETE FROM work_item").update();
        api.create(Payload.onPrivateAddress("a")).isOk();
        api.create(Payload.onPrivateAddress("b")).isOk();
    }

    @Test
    void leaseSaysWhoWorksAndWhatIsMissing() {
        jdbc.sql(
                        """
                        UPDATE work_item SET attempt = 3, waiting_for = 'an address',
                            waiting_since = now(), lease_owner = 'p-1', lease_epoch = 42,
                            lease_until = now() + interval '10 s'
                        WHERE load_balancer_id = ?
                        """)
                .param(world.id(project.projectId(), "a"))
                .update();

        var leases = operator.get(LEASES).isOk().json().path("leases");

        assertThat(leases.findValuesAsString("loadBalancerName")).containsExactly("a", "b");
        assertThat(leases.at("/0/reason").asString()).isEqualTo("SPEC");
        assertThat(leases.at("/0/waitingFor").asString()).isEqualTo("an address");
        assertThat(leases.at("/0/attempt").asInt()).isEqualTo(3);
        assertThat(leases.at("/0/owner").asString()).isEqualTo("p-1");
        assertThat(leases.at("/0/epoch").asInt()).isEqualTo(42);
        assertThat(leases.at("/0").has("until")).isTrue();
        assertThat(leases.at("/1").has("owner")).isFalse();
    }

    @Test
    void listIsPagedAndTakesTwoQueries() {
        var page = operator.get(LEASES + "?pageSize=1").isOk();
        assertThat(page.string("/leases/0/loadBalancerName")).isEqualTo("a");
        var rest = operator.get(LEASES + "?pageSize=1&pageId=" + page.string("/nextPageId"));
        assertThat(rest.isOk().string("/leases/0/loadBalancerName")).isEqualTo("b");
        assertThat(rest.json().has("nextPageId")).isFalse();
        assertThat(statements.during(() -> operator.get(LEASES).isOk())).isEqualTo(2);
    }
}
