package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListingTest extends ApiTest {

    @Test
    void freshProjectHasAnEmptyList() {
        assertThat(api.get("load-balancers").isOk().text()).isEqualTo("{\"loadBalancers\":[]}");
    }

    @Test
    void pagesTogetherAreTheWholeListInByteOrder() {
        for (var name : List.of("b", "a-1", "a0", "a")) {
            api.create(Payload.onPrivateAddress(name)).isOk();
        }
        var names = new ArrayList<String>();
        var path = "load-balancers?pageSize=1";
        for (var next = ""; ; ) {
            var page = api.get(path + next).isOk();
            assertThat(page.json().path("loadBalancers").size()).isEqualTo(1);
            names.add(page.string("/loadBalancers/0/name"));
            if (!page.json().has("nextPageId")) {
                break;
            }
            next = "&pageId=" + page.string("/nextPageId");
        }
        assertThat(names).containsExactly("a", "a-1", "a0", "b");
        assertThat(api.get("load-balancers").json().has("nextPageId")).isFalse();
    }

    @Test
    void pageStaysGoodWhenItsLastLoadBalancerIsGone() {
        for (var name : List.of("a", "b", "c")) {
            api.create(Payload.onPrivateAddress(name)).isOk();
        }
        var next = api.get("load-balancers?pageSize=2").string("/nextPageId");
        world.isGone(deleted("b"));
        var rest = api.get("load-balancers?pageSize=2&pageId=" + next).isOk();
        assertThat(rest.string("/loadBalancers/0/name")).isEqualTo("c");
    }

    private java.util.UUID deleted(String name) {
        var id = world.id(project.projectId(), name);
        api.delete("load-balancers/" + name).isOk();
        return id;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "1001", "", "%201", "99999999999"})
    void wrongPageSizeIsRefused(String size) {
        api.get("load-balancers?pageSize=" + size).blames("#query/pageSize");
    }

    @Test
    void wrongPageIdIsRefusedAndAnUnknownOneExpired() {
        api.get("load-balancers?pageId=!!").blames("#query/pageId");
        api.get("load-balancers?pageId=" + "0".repeat(32)).isProblem(410, 9);
    }

    @Test
    void cursorOfAnotherProjectIsUnknown() {
        api.create(Payload.onPrivateAddress("a")).isOk();
        api.create(Payload.onPrivateAddress("b")).isOk();
        var next = api.get("load-balancers?pageSize=1").string("/nextPageId");
        var other = anotherProject();
        var stranger =
                new dev.plimsoll.api.support.ApiClient(
                        base(), other.projectId(), other.adminToken());
        stranger.get("load-balancers?pageId=" + next).isProblem(410, 9);
        assertThat(stranger.get("load-balancers").isOk().json().path("loadBalancers").size())
                .isZero();
    }
}
