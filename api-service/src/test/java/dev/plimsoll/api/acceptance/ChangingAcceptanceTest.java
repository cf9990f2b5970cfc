package dev.plimsoll.api.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients rely on when they change or remove a load balancer. */
class ChangingAcceptanceTest extends ApiTest {
    private static final String[] AT_ONCE = {"Prefer", "wait=0"};
    private final Payload payload = Payload.onStaticAddress("web");
    private String version;

    @BeforeEach
    void created() {
        version = api.create(payload).isOk().version();
    }

    @Test
    void changeNamesTheVersionThatItIsMadeFor() {
        var changed = payload.with("/listeners/0/port", "81");
        put(changed).blames("/version");
        put(changed.at("bogus")).isProblem(409, 10);
        var updated = put(changed.at(version)).isOk();
        assertThat(updated.version()).isNotEqualTo(version);
        assertThat(api.get("load-balancers/web").version()).isEqualTo(updated.version());
        put(changed.at(version)).isProblem(409, 10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/networks/0/networkId | \"2028e5d4-af4f-45e2-98df-502be37a4399\"",
                "/options | {\"privateNetworkOnly\":true}",
                "/externalAddress | \"192.0.2.77\"",
                "/disableTargetSecurityGroupAssignment | true",
                "/name | \"other\""
            })
    void whatCannotChangeIsRefusedAndLeavesTheVersion(String place, String value) {
        put(payload.at(version).with(place, value)).isProblem(400, 3);
        assertThat(api.get("load-balancers/web").version()).isEqualTo(version);
    }

    @Test
    void privateLoadBalancerStaysPrivate() {
        var mine = Payload.onPrivateAddress("p");
        var at = api.create(mine).isOk().version();
        api.put("load-balancers/p", mine.with("/options", "{\"ephemeralAddress\":true}").at(at))
                .isProblem(400, 3);
    }

    @Test
    void planChangesWithinThoseOfTheRegion() {
        var larger = put(payload.at(version).with("/planId", "\"p50\"")).isOk();
        assertThat(api.get("load-balancers/web").string("/planId")).isEqualTo("p50");
        var largest = put(payload.at(larger.version()).with("/planId", "\"p1500\"")).isOk();
        put(payload.at(largest.version()).with("/planId", "\"p25\"")).blames("/planId");
        var elsewhere = api.inRegion("eu02");
        var there = elsewhere.create(payload).isOk().version();
        elsewhere
                .put("load-balancers/web", payload.at(there).with("/planId", "\"p1500\""))
                .blames("/planId");
    }

    @Test
    void targetPoolIsReplacedWholeAndTheOthersStay() {
        var two =
                put(payload.at(version)
                                .with("/targetPools/0/activeHealthCheck", "{\"interval\":\"1s\"}")
                                .with(
                                        "/targetPools/1",
                                        """
                                        {"name":"b","targetPort":1,"targets":[{"ip":"10.0.0.9"}]}
                                        """))
                        .isOk();
        var replaced =
                putPool(
                                "web",
                                """
                                {"name":"web","targetPort":9090,
                                 "targets":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]}
                                """)
                        .isOk();
        assertThat(replaced.json().path("targetPort").asInt()).isEqualTo(9090);
        assertThat(replaced.json().path("targets")).hasSize(2);
        var read = api.get("load-balancers/web").isOk();
        assertThat(read.json().at("/targetPools/0")).isEqualTo(replaced.json());
        assertThat(read.json().at("/targetPools/0").has("activeHealthCheck")).isFalse();
        assertThat(read.json().at("/targetPools/1")).isEqualTo(two.json().at("/targetPools/1"));
        assertThat(read.version()).isNotEqualTo(two.version());
    }

    @Test
    void targetPoolCannotBeMadeRenamedOrEmptied() {
        var pool = "{\"targetPort\":9090,\"targets\":[{\"ip\":\"10.0.0.1\"}]%s}";
        putPool("nope", pool.formatted("")).isProblem(404, 5);
        putPool("web", pool.formatted(",\"name\":\"other\"")).blames("/name");
        putPool("web", "{\"targetPort\":9090,\"targets\":[]}").blames("/targets");
        assertThat(api.get("load-balancers/web").version()).isEqualTo(version);
    }

    @Test
    void removalSucceedsHoweverOftenAndFreesTheName() {
        assertThat(api.delete("load-balancers/web").isOk().text()).isEqualTo("{}");
        assertThat(api.get("load-balancers/web").isOk().string("/status"))
                .isEqualTo("STATUS_TERMINATING");
        api.delete("load-balancers/web").isOk();
        world.isGone(world.id(project.projectId(), "web"));
        api.get("load-balancers/web").isProblem(404, 5);
        api.delete("load-balancers/web").isOk();
        api.delete("load-balancers/never-was").isOk();
        var again = api.create(payload).isOk();
        assertThat(again.version()).isNotEqualTo(version);
    }

    private Answer put(Payload body) {
        return api.put("load-balancers/web", body, AT_ONCE);
    }

    private Answer putPool(String name, String body) {
        return api.put("load-balancers/web/target-pools/" + name, body, AT_ONCE);
    }
}
