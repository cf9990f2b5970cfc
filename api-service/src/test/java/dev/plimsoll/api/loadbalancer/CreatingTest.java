package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreatingTest extends ApiTest {

    @Test
    void answerHasWhatTheContractFillsInAndNothingElse() {
        var created = api.create(Payload.onStaticAddress("web")).isOk();
        var json = created.json();
        assertThat(created.string("/status")).isEqualTo("STATUS_PENDING");
        assertThat(created.version()).isNotEmpty();
        assertThat(created.string("/planId")).isEqualTo("p10");
        assertThat(created.string("/region")).isEqualTo("eu01");
        assertThat(created.string("/externalAddress")).isEqualTo("192.0.2.5");
        assertThat(created.string("/listeners/0/name")).isEqualTo("tcp-80");
        assertThat(created.string("/listeners/0/displayName")).isEqualTo("tcp-80");
        assertThat(json.path("disableTargetSecurityGroupAssignment").isBoolean()).isTrue();
        assertThat(created.string("/targetSecurityGroup/id")).isNotEmpty();
        assertThat(created.string("/loadBalancerSecurityGroup/id")).isNotEmpty();
        assertThat(json.propertyNames())
                .doesNotContain("errors", "labels", "options", "privateAddress");
        assertThat(json.at("/listeners/0").propertyNames()).doesNotContain("tcp", "udp");
        assertThat(json.at("/targetPools/0").propertyNames())
                .doesNotContain("activeHealthCheck", "sessionPersistence");
        assertThat(created.header("ETag")).isEqualTo('"' + created.version() + '"');
        assertThat(api.get("load-balancers/web").isOk().json()).isEqualTo(json);
    }

    @Test
    void readyLoadBalancerKeepsTheVersionOfItsCreationAndShowsItsAddresses() {
        var created = api.create(Payload.onEphemeralAddress("web")).isOk();
        var id = world.id(project.projectId(), "web");
        world.hasAddress(id, "PRIVATE", "10.0.0.7");
        world.hasAddress(id, "EPHEMERAL", "203.0.113.9");
        world.serves(id);
        var ready = api.get("load-balancers/web").isOk();
        assertThat(ready.string("/status")).isEqualTo("STATUS_READY");
        assertThat(ready.version()).isEqualTo(created.version());
        assertThat(ready.string("/privateAddress")).isEqualTo("10.0.0.7");
        assertThat(ready.string("/externalAddress")).isEqualTo("203.0.113.9");
        assertThat(ready.json().at("/options/ephemeralAddress").asBoolean()).isTrue();
    }

    @Test
    void privateLoadBalancerHasNoExternalAddress() {
        api.create(Payload.onPrivateAddress("p")).isOk();
        world.hasAddress(world.id(project.projectId(), "p"), "PRIVATE", "10.0.0.7");
        var json = api.get("load-balancers/p").isOk().json();
        assertThat(json.has("externalAddress")).isFalse();
        assertThat(json.has("privateAddress")).isTrue();
    }

    @Test
    void takenNameIsRefusedWhateverTheBody() {
        api.create(Payload.onStaticAddress("web")).isOk();
        api.create(Payload.onPrivateAddress("web")).isProblem(409, 6);
    }

    @Test
    void nameIsFreeInAnotherRegionAndProject() {
        api.create(Payload.onStaticAddress("web")).isOk();
        api.inRegion("eu02").create(Payload.onStaticAddress("web")).isOk();
        api.inRegion("xx99").create(Payload.onStaticAddress("web")).isProblem(404, 5);
    }

    @Test
    void versionMustBeAbsent() {
        api.create(Payload.onStaticAddress("x").at("lb-1")).blames("/version");
        api.create(Payload.onStaticAddress("x").at("")).isOk();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a-",
                "Web",
                "a_b",
                "1234567890123456789012345678901234567890123456789012345678901234"
            })
    void wrongNameIsRefused(String name) {
        api.create(Payload.onStaticAddress(name)).blames("/name");
    }

    @Test
    void longestAndDigitNamesAreFine() {
        api.create(Payload.onStaticAddress("a".repeat(63))).isOk();
        api.create(Payload.onStaticAddress("0a").with("/externalAddress", "\"192.0.2.6\"")).isOk();
    }

    @Test
    void limitsAreInclusive() {
        api.create(sized(20, 20, 250)).isOk();
        api.create(sized(21, 1, 1)).blames("/listeners");
        api.create(sized(1, 21, 1)).blames("/targetPools");
        api.create(sized(1, 1, 251)).blames("/targetPools/0/targets");
    }

    private static Payload sized(int listeners, int pools, int targets) {
        return Payload.onPrivateAddress("sized")
                .with(
                        "/listeners",
                        array(
                                listeners,
                                i ->
                                        """
                                        {"port":%d,"protocol":"PROTOCOL_TCP","targetPool":"p0"}
                                        """
                                                .formatted(1000 + i)))
                .with(
                        "/targetPools",
                        array(
                                pools,
                                i ->
                                        """
                                        {"name":"p%d","targetPort":1,"targets":%s}
                                        """
                                                .formatted(
                                                        i,
                                                        array(
                                                                targets,
                                                                t ->
                                                                        "{\"ip\":\"10.0.%d.%d\"}"
                                                                                .formatted(
                                                                                        t / 250,
                                                                                        t
                                                                                                % 250)))));
    }

    private static String array(int size, java.util.function.IntFunction<String> element) {
        return IntStream.range(0, size)
                .mapToObj(element)
                .collect(Collectors.joining(",", "[", "]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/listeners/0/targetPool | \"nope\" | /listeners/0/targetPool",
                "/targetPools/1 |"
                    + " {\"name\":\"web\",\"targetPort\":1,\"targets\":[{\"ip\":\"10.0.0.1\"}]} |"
                    + " /targetPools/1/name",
                "/targetPools/0/targets/1 | {\"ip\":\"10.0.0.11\"} | /targetPools/0/targets/1/ip",
                "/targetPools/0/targets | [] | /targetPools/0/targets",
                "/targetPools/0/targets | [null] | /targetPools/0/targets/0/ip",
                "/targetPools/0/targets/0/ip | \"10.0.0.011\" | /targetPools/0/targets/0/ip",
                "/targetPools/0/targets/0/ip | \"::1\" | /targetPools/0/targets/0/ip",
                "/networks | [] | /networks",
                "/networks/1 |"
                    + " {\"networkId\":\"2028e5d4-af4f-45e2-98df-502be37a4318\",\"role\":\"ROLE_LISTENERS_AND_TARGETS\"}"
                    + " | /networks",
                "/networks/0/role | \"ROLE_TARGETS\" | /networks/0/role",
                "/networks/0/networkId | \"not-a-uuid\" | /networks/0/networkId",
                "/listeners/0/port | 0 | /listeners/0/port",
                "/listeners/0/port | 65536 | /listeners/0/port",
                "/listeners/0/port | -1 | /listeners/0/port",
                "/listeners/0/port | 80.5 | /listeners/0/port",
                "/listeners/0/port | 99999999999 | /listeners/0/port",
                "/listeners/0/port | true | /listeners/0/port",
                "/listeners/0/port | null | /listeners/0/port",
                "/listeners/0/protocol | \"PROTOCOL_UNSPECIFIED\" | /listeners/0/protocol",
                "/listeners/0/protocol | \"TCP\" | /listeners/0/protocol",
                "/listeners | {} | /listeners",
                "/listeners | [] | /listeners",
                "/listeners/0 | 7 | /listeners/0",
                "/planId | \"p25\" | /planId",
                "/planId | 10 | /planId",
                "/disableTargetSecurityGroupAssignment | \"maybe\" |"
                        + " /disableTargetSecurityGroupAssignment",
                "/externalAddress | \"300.1.1.1\" | /externalAddress",
                "/listeners/0/displayName | \"a\\u0000b\" | /listeners/0/displayName",
                "/options |"
                    + " {\"observability\":{\"logs\":{\"credentialsRef\":\"credentials-1\",\"pushUrl\":\"http://x.example\"}}}"
                    + " | /options/observability/logs/credentialsRef",
                "/options | {\"observability\":{\"metrics\":{\"pushUrl\":\"http://x.example\"}}} |"
                        + " /options/observability/metrics/credentialsRef",
                "/options | {\"accessControl\":{\"allowedSourceRanges\":[\"10.0.0.1\"]}} |"
                        + " /options/accessControl/allowedSourceRanges/0",
            })
    void wrongFieldIsNamed(String place, String value, String blamed) {
        api.create(Payload.onStaticAddress("x").with(place, value)).blames(blamed);
    }

    @Test
    void halfACharacterIsNoName() {
        var payload = Payload.onStaticAddress("x").with("/listeners/0/displayName", "\"HALF\"");
        api.create(payload.toString().replace("HALF", "\\ud800"))
                .blames("/listeners/0/displayName");
    }

    @Test
    void emptyAndReadOnlyMembersAreNoMistake() {
        var payload =
                Payload.onStaticAddress("lenient")
                        .with("/errors", "[]")
                        .with("/status", "\"STATUS_WHATEVER\"")
                        .with("/region", "7")
                        .with("/privateAddress", "null")
                        .with("/labels", "{}")
                        .with("/somethingElse", "{\"a\":[1]}")
                        .with("/listeners/0/name", "[]")
                        .with("/listeners/0/displayName", "\"\"")
                        .with("/listeners/0/serverNameIndicators", "[]")
                        .with("/listeners/0/port", "\"80\"")
                        .with(
                                "/options",
                                """
                                {"accessControl": {}, "privateNetworkOnly": false, "observability":
                                  {"logs": {"credentialsRef": "", "pushUrl": ""}, "metrics": {}}}
                                """);
        var created = api.create(payload).isOk().json();
        assertThat(created.at("/listeners/0/port").isInt()).isTrue();
        assertThat(created.at("/listeners/0/displayName").asString()).isEqualTo("tcp-80");
        assertThat(created.at("/options").has("observability")).isFalse();
        assertThat(created.at("/options/privateNetworkOnly").isBoolean()).isTrue();
    }

    @Test
    void allMistakesAreFoundAtOnce() {
        var answer =
                api.create(
                                Payload.onStaticAddress("A")
                                        .with("/listeners/0/port", "0")
                                        .with("/planId", "\"x\""))
                        .isProblem(400, 3);
        assertThat(answer.string("/message")).startsWith("name: ");
        int shown = answer.json().path("errors").size();
        assertThat(shown == 3 || answer.string("/message").contains((3 - shown) + " more"))
                .as(answer.text())
                .isTrue();
    }
}
