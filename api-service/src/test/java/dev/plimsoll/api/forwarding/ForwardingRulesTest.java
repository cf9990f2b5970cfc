package dev.plimsoll.api.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ForwardingRulesTest extends ApiTest {
    private static final String RULES = "load-balancers/web/forwarding-rules";
    private static final String[] AT_ONCE = {"Prefer", "wait=0"};
    private static final String SECURE =
            """
            {"name":"secure","port":443,"protocol":"TCP","backendPort":8443,"proxyProtocol":true,
             "members":[{"ip":"10.0.0.11","name":"a"},{"ip":"10.0.0.12"}]}
            """;

    @Test
    void listenersOverTcpAreShownWithTheirPools() {
        create(
                Payload.onPrivateAddress("web")
                        .withListeners(
                                listener(80, "TCP"),
                                listener(81, "TCP_PROXY", "displayName", "\"proxied\""),
                                listener(53, "UDP"),
                                listener(443, "TLS_PASSTHROUGH")));
        var list = api.get(RULES).isOk();
        assertThat(list.json().path("forwardingRules"))
                .containsExactly(
                        Payload.of(
                                        """
                                        {"name":"tcp-80","port":80,"protocol":"TCP",
                                         "backendPort":8080,"proxyProtocol":false,
                                         "members":[{"ip":"10.0.0.11","name":"a"}]}
                                        """)
                                .json(),
                        Payload.of(
                                        """
                                        {"name":"proxied","port":81,"protocol":"TCP",
                                         "backendPort":8080,"proxyProtocol":true,
                                         "members":[{"ip":"10.0.0.11","name":"a"}]}
                                        """)
                                .json());
        assertThat(list.version()).isEqualTo(version());
        assertThat(list.header("ETag")).isEqualTo('"' + version() + '"');
        assertThat(api.get(RULES + "/proxied").isOk().json())
                .isEqualTo(list.json().at("/forwardingRules/1"));
        api.get(RULES + "/udp-53").isProblem(404, 5);
        api.get("load-balancers/nope/forwarding-rules").isProblem(404, 5);
    }

    @Test
    void newRuleIsAListenerAndAPoolInOneRevision() {
        var before = create(Payload.onPrivateAddress("web"));
        var created = add(SECURE).isOk();
        assertThat(created.json()).isEqualTo(Payload.of(SECURE).json());
        assertThat(api.get(RULES + "/secure").isOk().json()).isEqualTo(created.json());
        var spec = api.get("load-balancers/web").isOk();
        assertThat(spec.version()).isNotEqualTo(before.version());
        assertThat(created.header("ETag")).isEqualTo('"' + spec.version() + '"');
        assertThat(spec.json().at("/listeners/1"))
                .isEqualTo(
                        Payload.of(
                                        """
                                        {"displayName":"secure","name":"secure","port":443,
                                         "protocol":"PROTOCOL_TCP_PROXY","targetPool":"secure"}
                                        """)
                                .json());
        assertThat(spec.json().at("/targetPools/1"))
                .isEqualTo(
                        Payload.of(
                                        """
                                        {"name":"secure","targetPort":8443,"targets":
                                         [{"displayName":"a","ip":"10.0.0.11"},{"ip":"10.0.0.12"}]}
                                        """)
                                .json());
        assertThat(reasons()).containsExactly("CREATE", "UPDATE_FORWARDING_RULES");
        assertThat(actions()).last().isEqualTo("load-balancer.update-forwarding-rules");
    }

    @Test
    void poolGetsAFreeName() {
        create(Payload.onPrivateAddress("web"));
        add(Payload.of(SECURE).with("/name", "\"web\"")).isOk();
        assertThat(spec().at("/listeners/1/targetPool").asString()).isEqualTo("web-2");
    }

    @Test
    void editKeepsWhatTheViewDoesNotShow() {
        create(
                Payload.onPrivateAddress("web")
                        .withListeners(listener(80, "TCP", "tcp", "{\"idleTimeout\":\"42s\"}"))
                        .with(
                                "/targetPools/0/activeHealthCheck",
                                "{\"interval\":\"1s\",\"httpHealthChecks\":{\"path\":\"/up\"}}")
                        .with("/targetPools/0/sessionPersistence", "{\"useSourceIpAddress\":true}")
                        .with("/labels", "{\"a\":\"b\"}"));
        var before = spec();
        var edited =
                edit(
                        "tcp-80",
                        """
                        {"port":81,"backendPort":9090,"members":[{"ip":"10.0.0.13"}],
                         "proxyProtocol":true}
                        """);
        assertThat(edited.isOk().string("/name")).isEqualTo("tcp-80");
        var expected =
                Payload.of(before)
                        .with("/listeners/0/port", "81")
                        .with("/listeners/0/protocol", "\"PROTOCOL_TCP_PROXY\"")
                        .with("/targetPools/0/targetPort", "9090")
                        .with("/targetPools/0/targets", "[{\"ip\":\"10.0.0.13\"}]")
                        .with("/version", '"' + version() + '"');
        assertThat(spec()).isEqualTo(expected.json());
    }

    @Test
    void whatWasReadCanBeWrittenBackWithoutAChange() {
        create(
                Payload.onPrivateAddress("web")
                        .withListeners(listener(80, "TCP"), listener(81, "TCP_PROXY")));
        add(SECURE).isOk();
        var version = version();
        for (var rule : api.get(RULES).json().path("forwardingRules")) {
            edit(rule.path("name").asString(), rule).isOk();
        }
        assertThat(version()).isEqualTo(version);
        var read = spec();
        api.put("load-balancers/web", read, AT_ONCE).isOk();
        assertThat(version()).isEqualTo(version);
    }

    @Test
    void sharedPoolChangesForTheEditedRuleAlone() {
        create(
                Payload.onPrivateAddress("web")
                        .withListeners(
                                listener(80, "TCP"), listener(81, "TCP"), listener(53, "UDP"))
                        .with("/targetPools/0/activeHealthCheck", "{\"interval\":\"1s\"}"));
        edit("tcp-80", rule(80, 9090, "10.0.0.13")).isOk();
        assertThat(spec().at("/listeners").findValuesAsString("targetPool"))
                .containsExactly("tcp-80", "web", "web");
        assertThat(spec().at("/targetPools/0/targetPort").asInt()).isEqualTo(8080);
        assertThat(spec().at("/targetPools/1/activeHealthCheck/interval").asString())
                .isEqualTo("1s");
        edit("tcp-81", Payload.of(rule(82, 8080, "10.0.0.11")).with("/members/0/name", "\"a\""))
                .isOk();
        assertThat(spec().at("/targetPools").size()).isEqualTo(2);
        api.delete(RULES + "/tcp-81", AT_ONCE).isOk();
        assertThat(spec().at("/targetPools").findValuesAsString("name"))
                .containsExactly("web", "tcp-80");
        api.delete(RULES + "/tcp-80", AT_ONCE).isOk();
        assertThat(spec().at("/targetPools").findValuesAsString("name")).containsExactly("web");
    }

    @Test
    void lastListenerCannotBeRemoved() {
        create(Payload.onPrivateAddress("web"));
        add(SECURE).isOk();
        assertThat(api.delete(RULES + "/tcp-80", AT_ONCE).isOk().text()).isEqualTo("{}");
        var refused = api.delete(RULES + "/secure", AT_ONCE).isProblem(400, 9);
        assertThat(refused.string("/message")).contains("last listener");
        api.delete(RULES + "/tcp-80", AT_ONCE).isProblem(404, 5);
        assertThat(spec().at("/listeners").size()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/name | null | /name",
                "/name | \"-a\" | /name",
                "/name | \"A b\" | /name",
                "/name | \"port-80\" | /name",
                "/port | null | /port",
                "/port | 0 | /port",
                "/port | 65536 | /port",
                "/port | 80 | /port",
                "/port | 444 | /port",
                "/backendPort | null | /backendPort",
                "/backendPort | 65536 | /backendPort",
                "/protocol | \"UDP\" | /protocol",
                "/members | [] | /members",
                "/members | null | /members",
                "/members | [null] | /members/0/ip",
                "/members/1/ip | \"10.0.0.11\" | /members/1/ip",
                "/members/1/ip | \"nope\" | /members/1/ip",
                "/members/0/name | \"-\" | /members/0/name",
                "/proxyProtocol | 1 | /proxyProtocol"
            })
    void whatIsWrongIsNamedInTermsOfTheRule(String place, String value, String blamed) {
        var created =
                create(
                        Payload.onPrivateAddress("web")
                                .withListeners(
                                        listener(80, "TCP"), listener(444, "TLS_PASSTHROUGH")));
        add(Payload.of(SECURE).with(place, value)).blames(blamed);
        assertThat(version()).isEqualTo(created.version());
    }

    @Test
    void editIsHeldToTheSameRules() {
        create(Payload.onPrivateAddress("web"));
        add(SECURE).isOk();
        edit("tcp-80", rule(443, 8080, "10.0.0.11")).blames("/port");
        edit("secure", rule(80, 8080, "10.0.0.11")).blames("/port");
        edit("secure", Payload.of(SECURE).with("/name", "\"other\"")).blames("/name");
        edit("secure", Payload.of(SECURE).with("/members/1/ip", "\"10.0.0.11\""))
                .blames("/members/1/ip");
        edit("nope", rule(80, 8080, "10.0.0.11")).isProblem(404, 5);
        add(Payload.of(SECURE).with("/port", "8443")).isProblem(409, 6);
    }

    @Test
    void rulesWithoutANameOfTheirOwnAreCalledByTheirPort() {
        create(
                Payload.onPrivateAddress("web")
                        .withListeners(
                                listener(80, "TCP", "displayName", "\"same\""),
                                listener(81, "TCP", "displayName", "\"same\""),
                                listener(82, "TCP", "displayName", "\"with / slash\""),
                                listener(83, "TCP", "displayName", "\"port-82\""),
                                listener(84, "TCP", "displayName", "\"Fine_1.x\"")));
        assertThat(names()).containsExactly("port-80", "port-81", "port-82", "port-83", "Fine_1.x");
        assertThat(api.get(RULES + "/port-83").isOk().json().path("port").asInt()).isEqualTo(83);
        add(Payload.of(SECURE).with("/name", "\"same\"")).isProblem(409, 6);
        assertThat(edit("port-80", rule(90, 8080, "10.0.0.14")).isOk().string("/name"))
                .isEqualTo("port-90");
        assertThat(spec().at("/listeners/0/displayName").asString()).isEqualTo("same");
        assertThat(spec().at("/listeners/0/targetPool").asString()).isEqualTo("port-80");
        assertThat(edit("Fine_1.x", rule(84, 1, "10.0.0.14")).isOk().string("/name"))
                .isEqualTo("Fine_1.x");
        assertThat(spec().at("/listeners/4/targetPool").asString()).isEqualTo("port-84");
        api.delete(RULES + "/port-81", AT_ONCE).isOk();
        assertThat(names()).containsExactly("same", "port-82", "port-83", "Fine_1.x");
    }

    @Test
    void projectsLimitsHoldForRulesAndSpecsAlike() {
        jdbc.sql("UPDATE project SET max_listeners = 2, max_targets = 2 WHERE id = ?")
                .param(project.projectId())
                .update();
        var three =
                Payload.onPrivateAddress("web")
                        .withListeners(
                                listener(80, "TCP"), listener(81, "TCP"), listener(82, "TCP"));
        assertThat(api.create(three).blames("/listeners").string("/errors/0/allowed"))
                .isEqualTo("1..2");
        var targets = "[{\"ip\":\"10.0.0.1\"},{\"ip\":\"10.0.0.2\"},{\"ip\":\"10.0.0.3\"}]";
        var crowded = Payload.onPrivateAddress("web").with("/targetPools/0/targets", targets);
        assertThat(api.create(crowded).blames("/targetPools/0/targets").string("/errors/0/allowed"))
                .isEqualTo("1..2");
        create(Payload.onPrivateAddress("web"));
        var pool = "{\"targetPort\":1,\"targets\":" + targets + "}";
        api.put("load-balancers/web/target-pools/web", pool, AT_ONCE).blames("/targets");
        var refused = add(Payload.of(SECURE).with("/members", targets)).blames("/members");
        assertThat(refused.string("/errors/0/allowed")).isEqualTo("1..2");
        add(SECURE).isOk();
        var full = add(Payload.of(SECURE).with("/name", "\"b\"").with("/port", "444")).blames("#");
        assertThat(full.string("/errors/0/allowed")).isEqualTo("1..2");
        assertThat(full.string("/message")).contains("no room for another listener");
    }

    @Test
    void rulesCanBeRemovedFromALoadBalancerThatIsLargerThanItMayBe() {
        create(
                Payload.onPrivateAddress("web")
                        .withListeners(
                                listener(80, "TCP"), listener(81, "TCP"), listener(82, "TCP")));
        jdbc.sql("UPDATE project SET max_listeners = 1 WHERE id = ?")
                .param(project.projectId())
                .update();
        api.delete(RULES + "/tcp-82", AT_ONCE).isOk();
        assertThat(names()).containsExactly("tcp-80", "tcp-81");
    }

    @Test
    void ofManyRulesAddedAtOnceNoneIsLost() throws Exception {
        create(Payload.onPrivateAddress("web"));
        var answers =
                atOnce(
                        IntStream.range(0, 12)
                                .mapToObj(i ->
                                        Payload.of(SECURE)
                                                .with("/name", "\"rule-" + i + "\"")
                                                .with("/port", "" + (1000 + i))));
        assertThat(answers).allSatisfy(Answer::isOk);
        assertThat(names())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(
                                        Stream.of("tcp-80"),
                                        IntStream.range(0, 12).mapToObj(i -> "rule-" + i))
                                .toList());
        assertThat(reasons()).hasSize(13);
    }

    @Test
    void ofManyRulesForOnePortOneIsAdded() throws Exception {
        create(Payload.onPrivateAddress("web"));
        var answers =
                atOnce(
                        IntStream.range(0, 8)
                                .mapToObj(i ->
                                        Payload.of(SECURE).with("/name", "\"rule-" + i + "\"")));
        assertThat(answers).filteredOn(it -> it.status() == 200).hasSize(1);
        assertThat(answers)
                .filteredOn(it -> it.status() != 200)
                .allSatisfy(it -> it.blames("/port"));
    }

    @Test
    void conditionsInHeadersAreHeld() {
        var etag = '"' + create(Payload.onPrivateAddress("web")).version() + '"';
        assertThat(api.get(RULES, "If-None-Match", etag).status()).isEqualTo(304);
        assertThat(api.get(RULES + "/tcp-80", "If-None-Match", etag).status()).isEqualTo(304);
        var stale = new String[] {"If-Match", "\"lb-0\"", "Prefer", "wait=0"};
        api.post(RULES, SECURE, stale).isProblem(412, 9);
        api.put(RULES + "/tcp-80", rule(80, 1, "10.0.0.1"), stale).isProblem(412, 9);
        api.delete(RULES + "/tcp-80", stale).isProblem(412, 9);
        api.post(RULES, SECURE, "If-Match", etag, "Prefer", "wait=0").isOk();
        api.post(RULES, SECURE, "If-Match", etag, "Prefer", "wait=0").isProblem(412, 9);
        api.delete("load-balancers/web").isOk();
        add(Payload.of(SECURE).with("/name", "\"b\"")).isProblem(409, 9);
    }

    @Test
    void answerWaitsUntilTheRuleIsServed() throws Exception {
        create(Payload.onPrivateAddress("web"));
        UUID id = world.id(project.projectId(), "web");
        var answer =
                CompletableFuture.supplyAsync(
                        () -> api.post(RULES, SECURE, "Prefer", "wait=20"),
                        Thread::startVirtualThread);
        org.awaitility.Awaitility.await().until(() -> reasons().size() == 2);
        assertThat(answer).isNotDone();
        world.serves(id);
        answer.get(5, java.util.concurrent.TimeUnit.SECONDS).isOk();
        assertThat(api.get("load-balancers/web").string("/status")).isEqualTo("STATUS_READY");
    }

    @Test
    void repeatedCreationMakesOne() {
        create(Payload.onPrivateAddress("web"));
        var key = new String[] {"Idempotency-Key", "one", "Prefer", "wait=0"};
        var first = api.post(RULES, SECURE, key).isOk();
        var again = api.post(RULES, SECURE, key).isOk();
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(reasons()).hasSize(2);
    }

    @Test
    void dryRunTellsAndWritesNothing() {
        var created = create(Payload.onPrivateAddress("web"));
        var told = api.post(RULES + "?dryRun=true", SECURE).isOk();
        assertThat(told.json().path("changes").findValuesAsString("path"))
                .contains("/listeners/1", "/targetPools/1");
        assertThat(version()).isEqualTo(created.version());
    }

    @Test
    void readersMayOnlyReadAndStrangersNothing() {
        create(Payload.onPrivateAddress("web"));
        var reader = with(project.readerToken());
        reader.get(RULES).isOk();
        reader.get(RULES + "/tcp-80").isOk();
        reader.post(RULES, SECURE).isProblem(403, 7);
        reader.put(RULES + "/tcp-80", SECURE).isProblem(403, 7);
        reader.delete(RULES + "/tcp-80").isProblem(403, 7);
        with(anotherProject().adminToken()).get(RULES).isProblem(403, 7);
    }

    private List<Answer> atOnce(Stream<Payload> rules) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = rules.<Callable<Answer>>map(rule -> () -> add(rule)).toList();
            return threads.invokeAll(calls).stream().map(Future::resultNow).toList();
        }
    }

    private Answer create(Payload payload) {
        return api.create(payload).isOk();
    }

    private Answer add(Object rule) {
        return api.post(RULES, rule, AT_ONCE);
    }

    private Answer edit(String name, Object rule) {
        return api.put(RULES + "/" + name, rule, AT_ONCE);
    }

    private static String rule(int port, int backendPort, String ip) {
        return "{\"port\":%d,\"backendPort\":%d,\"members\":[{\"ip\":\"%s\"}]}"
                .formatted(port, backendPort, ip);
    }

    private static String listener(int port, String protocol, String... more) {
        return Payload.listener(
                port, protocol, more.length == 0 ? Map.of() : Map.of(more[0], more[1]));
    }

    private JsonNode spec() {
        return api.get("load-balancers/web").isOk().json();
    }

    private String version() {
        return api.get("load-balancers/web").isOk().version();
    }

    private List<String> names() {
        return api.get(RULES)
                .isOk()
                .json()
                .path("forwardingRules")
                .valueStream()
                .map(rule -> rule.path("name").asString())
                .toList();
    }

    private List<String> reasons() {
        return jdbc.sql(
                        """
                        SELECT r.reason FROM load_balancer_revision r
                        JOIN load_balancer lb ON lb.id = r.load_balancer_id
                        WHERE lb.project_id = ? ORDER BY r.generation
                        """)
                .param(project.projectId())
                .query(String.class)
                .list();
    }

    private List<String> actions() {
        return jdbc.sql("SELECT action FROM audit_entry WHERE project_id = ? ORDER BY id")
                .param(project.projectId())
                .query(String.class)
                .list();
    }
}
