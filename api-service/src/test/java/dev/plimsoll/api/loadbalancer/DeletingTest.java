package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import org.junit.jupiter.api.Test;

class DeletingTest extends ApiTest {

    @Test
    void deletedLoadBalancerTerminatesThenIsGoneAndItsNameIsFree() {
        var version = api.create(Payload.onStaticAddress("web")).isOk().version();
        var id = world.id(project.projectId(), "web");
        assertThat(api.delete("load-balancers/web").isOk().text()).isEqualTo("{}");
        assertThat(api.get("load-balancers/web").isOk().string("/status"))
                .isEqualTo("STATUS_TERMINATING");
        assertThat(api.get("load-balancers").isOk().string("/loadBalancers/0/status"))
                .isEqualTo("STATUS_TERMINATING");
        assertThat(api.delete("load-balancers/web").isOk().text()).isEqualTo("{}");

        world.isGone(id);
        api.get("load-balancers/web").isProblem(404, 5);
        assertThat(api.delete("load-balancers/web").isOk().text()).isEqualTo("{}");
        assertThat(api.create(Payload.onStaticAddress("web")).isOk().version())
                .isNotEqualTo(version);
    }

    @Test
    void deletingWhatNeverWasSucceeds() {
        assertThat(api.delete("load-balancers/never-was").isOk().text()).isEqualTo("{}");
    }

    @Test
    void deletionIsWorkForTheProvisioner() {
        api.create(Payload.onStaticAddress("web")).isOk();
        api.delete("load-balancers/web").isOk();
        var reason =
                jdbc.sql("SELECT reason FROM work_item WHERE load_balancer_id = ?")
                        .param(world.id(project.projectId(), "web"))
                        .query(String.class)
                        .single();
        assertThat(reason).isEqualTo("DELETE");
    }
}
