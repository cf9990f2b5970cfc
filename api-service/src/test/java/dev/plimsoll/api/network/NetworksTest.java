package dev.plimsoll.api.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworksTest extends ApiTest {
    /** That of {@link Payload}. */
    private static final String ID = "2028e5d4-af4f-45e2-98df-502be37a4317";

    private static final String BACKEND =
            "{\"name\":\"backend\",\"cidrs\":[\"10.0.0.0/24\",\"192.168.7.128/25\"]}";
    private ApiClient operator;
    private String networks;

    @BeforeEach
    void operator() {
        operator = with(project.operatorToken());
        networks = "/admin/v1/projects/" + project.projectId() + "/networks";
    }

    @Test
    void areToldOfReplacedAndForgotten() {
        assertThat(operator.get(networks).isOk().json().path("networks")).isEmpty();
        var put = operator.put(networks + "/" + ID, BACKEND).isOk();
        assertThat(put.string("/networkId")).isEqualTo(ID);
        assertThat(operator.get(networks).isOk().json().path("networks"))
                .containsExactly(put.json());
        operator.put(networks + "/" + ID, "{\"name\":\"b\",\"cidrs\":[\"0.0.0.0/0\"]}").isOk();
        assertThat(operator.get(networks).isOk().string("/networks/0/cidrs/0"))
                .isEqualTo("0.0.0.0/0");
        operator.delete(networks + "/" + ID).isOk();
        operator.delete(networks + "/" + ID).isOk();
        assertThat(operator.get(networks).isOk().json().path("networks")).isEmpty();
        assertThat(
                        jdbc.sql(
                                        """
                                        SELECT action FROM audit_entry
                                        WHERE project_id = ? ORDER BY id
                                        """)
                                .param(project.projectId())
                                .query(String.class)
                                .list())
                .containsExactly("network.put", "network.put", "network.delete");
    }

    @Test
    void areForOperatorsOnly() {
        api.get(networks).isProblem(403, 7);
        api.put(networks + "/" + ID, BACKEND).isProblem(403, 7);
        api.delete(networks + "/" + ID).isProblem(403, 7);
        with("").get(networks).isProblem(401, 16);
    }

    @Test
    void whatIsWrongIsNamed() {
        for (var cidr :
                new String[] {
                    "10.0.0.1/24", "10.0.0.0", "10.0.0.0/33", "999.0.0.0/8", "::/0", "x", ""
                }) {
            put(Payload.of(BACKEND).with("/cidrs/1", '"' + cidr + '"')).blames("/cidrs/1");
        }
        put(Payload.of(BACKEND).with("/cidrs", "[]")).blames("/cidrs");
        put(Payload.of(BACKEND).without("name")).blames("/name");
        operator.put(networks + "/nope", BACKEND).isProblem(404, 5);
        for (var project : new String[] {UUID.randomUUID().toString(), "nope"}) {
            var there = "/admin/v1/projects/" + project + "/networks";
            operator.get(there).isProblem(404, 5);
            operator.put(there + "/" + ID, BACKEND).isProblem(404, 5);
            operator.delete(there + "/" + ID).isProblem(404, 5);
        }
    }

    @Test
    void membersOfForwardingRulesMustLieInTheNetwork() {
        api.create(Payload.onPrivateAddress("web")).isOk();
        add("early", 81, "172.16.0.1").isOk();
        put(Payload.of(BACKEND)).isOk();
        var refused = add("late", 82, "172.16.0.1").blames("/members/0/ip");
        assertThat(refused.string("/errors/0/allowed")).isEqualTo("10.0.0.0/24, 192.168.7.128/25");
        add("late", 82, "10.0.1.0").blames("/members/0/ip");
        add("late", 82, "192.168.7.127").blames("/members/0/ip");
        add("late", 82, "192.168.7.128").isOk();
        add("wrong", 83, "nope").blames("/members/0/ip");
        api.put(
                        "load-balancers/web/forwarding-rules/late",
                        rule("late", 82, "172.16.0.1"),
                        "Prefer",
                        "wait=0")
                .blames("/members/0/ip");
    }

    @Test
    void targetsOfSpecsAndOfUnassignedLoadBalancersMayLieAnywhere() {
        put(Payload.of(BACKEND)).isOk();
        api.create(Payload.onPrivateAddress("x").with("/targetPools/0/targets/0/ip", "\"9.9.9.9\""))
                .isOk();
        api.create(
                        Payload.onPrivateAddress("web")
                                .with("/disableTargetSecurityGroupAssignment", "true"))
                .isOk();
        add("anywhere", 82, "9.9.9.9").isOk();
    }

    private Answer put(Payload network) {
        return operator.put(networks + "/" + ID, network);
    }

    private Answer add(String name, int port, String ip) {
        return api.post(
                "load-balancers/web/forwarding-rules", rule(name, port, ip), "Prefer", "wait=0");
    }

    private static String rule(String name, int port, String ip) {
        return "{\"name\":\"%s\",\"port\":%d,\"backendPort\":1,\"members\":[{\"ip\":\"%s\"}]}"
                .formatted(name, port, ip);
    }
}
