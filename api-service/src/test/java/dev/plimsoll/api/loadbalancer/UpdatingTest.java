package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdatingTest extends ApiTest {
    private static final String[] AT_ONCE = {"Prefer", "wait=0"};

    private final Payload payload = Payload.onStaticAddress("web");
    private String version;

    @BeforeEach
    void created() {
        version = api.create(payload).isOk().version();
    }

    @Test
    void newVersionComesBackAndStays() {
        var updated = put(payload.at(version).with("/listeners/0/port", "81")).isOk();
        assertThat(updated.version()).isNotEqualTo(version);
        var read = api.get("load-balancers/web");
        assertThat(read.version()).isEqualTo(updated.version());
        assertThat(read.json().at("/listeners/0/port").asInt()).isEqualTo(81);
    }

    @Test
    void versionIsRequiredAndMustBeCurrent() {
        put(payload).blames("/version");
        put(payload.at("")).blames("/version");
        put(payload.at("bogus")).isProblem(409, 10);
        put(payload.at("bogus").with("/listeners", "[]")).isProblem(409, 10);
        api.put("load-balancers/nope", payload.at(version)).isProblem(404, 5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/networks/0/networkId | \"2028e5d4-af4f-45e2-98df-502be37a4399\" | /networks",
                "/disableTargetSecurityGroupAssignment | true |"
                        + " /disableTargetSecurityGroupAssignment",
                "/name | \"other\" | /name",
                "/externalAddress | \"192.0.2.77\" | /externalAddress"
            })
    void immutableMembersAreRefused(String place, String value, String blamed) {
        put(payload.at(version).with(place, value)).blames(blamed);
        assertThat(api.get("load-balancers/web").version()).isEqualTo(version);
    }

    @Test
    void absentMembersKeepTheirValue() {
        put(payload.at(version).with("/planId", "\"p50\"").with("/labels", "{\"a\":\"b\"}")).isOk();
        var current = api.get("load-balancers/web").version();
        var kept =
                put(payload.at(current)
                                .without("name")
                                .without("networks")
                                .with("/listeners/0/port", "82"))
                        .isOk();
        assertThat(kept.string("/planId")).isEqualTo("p50");
        assertThat(kept.string("/labels/a")).isEqualTo("b");
        assertThat(kept.json().path("networks").size()).isEqualTo(1);
        var cleared = put(payload.at(kept.version()).with("/labels", "{}")).isOk();
        assertThat(cleared.json().has("labels")).isFalse();
    }

    @Test
    void plansAreThoseOfTheRegion() {
        var p50 = put(payload.at(version).with("/planId", "\"p50\"")).isOk();
        assertThat(api.get("load-balancers/web").string("/planId")).isEqualTo("p50");
        put(payload.at(p50.version()).with("/planId", "\"p1500\"")).isOk();
        var eu02 = api.inRegion("eu02");
        var there = eu02.create(payload).isOk().version();
        eu02.put("load-balancers/web", payload.at(there).with("/planId", "\"p1500\""))
                .blames("/planId");
    }

    @Test
    void writingWhatIsThereChangesNothing() {
        var read = api.get("load-balancers/web");
        var again = put(Payload.of(read.json())).isOk();
        assertThat(again.json()).isEqualTo(read.json());
        assertThat(revisions()).isEqualTo(1);
    }

    @Test
    void everyChangeIsARevisionWithItsOrigin() {
        put(payload.at(version).with("/listeners/0/port", "81"), "User-Agent", "a-client").isOk();
        var row =
                jdbc.sql(
                                """
                                SELECT r.* FROM load_balancer_revision r
                                JOIN load_balancer lb ON lb.id = r.load_balancer_id
                                WHERE lb.project_id = ? AND r.generation = 2
                                """)
                        .param(project.projectId())
                        .query()
                        .singleRow();
        assertThat(row).containsEntry("client", "a-client").containsEntry("reason", "UPDATE");
        assertThat(row.get("author").toString()).startsWith("token:test admin:");
        assertThat(work()).isEqualTo(1);
    }

    @Test
    void terminatingLoadBalancerTakesNoChange() {
        api.delete("load-balancers/web").isOk();
        put(payload.at(version)).isProblem(409, 9);
        putPool("web", pool("")).isProblem(409, 9);
        api.create(payload).isProblem(409, 6);
    }

    @Test
    void ofManyWritersWithOneVersionExactlyOneWins() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                    IntStream.range(0, 50)
                            .<Callable<Answer>>mapToObj(i ->
                                    () ->
                                            put(
                                                    payload.at(version)
                                                            .with(
                                                                    "/listeners/0/port",
                                                                    "" + (1000 + i))))
                            .toList();
            var answers =
                    threads.invokeAll(calls).stream()
                            .map(java.util.concurrent.Future::resultNow)
                            .toList();
            assertThat(answers).filteredOn(it -> it.status() == 200).hasSize(1);
            assertThat(answers)
                    .filteredOn(it -> it.status() != 200)
                    .allSatisfy(it -> it.isProblem(409, 10));
        }
        assertThat(revisions()).isEqualTo(2);
    }

    @Test
    void targetPoolIsReplacedAlone() {
        var two =
                put(payload.at(version)
                                .with(
                                        "/targetPools/1",
                                        """
                                        {"name":"b","targetPort":1,"targets":[{"ip":"10.0.0.9"}],
                                         "activeHealthCheck":{"interval":"1s"}}
                                        """))
                        .isOk();
        var other = two.json().at("/targetPools/0");
        var replaced = putPool("b", pool("{\"ip\":\"10.0.0.1\"},{\"ip\":\"10.0.0.2\"}")).isOk();
        assertThat(replaced.string("/name")).isEqualTo("b");
        assertThat(replaced.json().has("activeHealthCheck")).isFalse();
        var read = api.get("load-balancers/web");
        assertThat(read.json().at("/targetPools/0")).isEqualTo(other);
        assertThat(read.json().at("/targetPools/1")).isEqualTo(replaced.json());
        assertThat(read.version()).isNotEqualTo(two.version());
        assertThat(replaced.header("ETag")).isEqualTo('"' + read.version() + '"');
    }

    @Test
    void targetPoolCannotBeMadeRenamedOrEmptied() {
        putPool("nope", pool("{\"ip\":\"10.0.0.1\"}")).isProblem(404, 5);
        putPool("web", pool("{\"ip\":\"10.0.0.1\"}").with("/name", "\"other\"")).blames("/name");
        putPool("web", pool("")).blames("/targets");
        putPool("web", pool("{\"ip\":\"10.0.0.1\"}").with("/targetPort", "0"))
                .blames("/targetPort");
        putPool("web", pool("{\"ip\":\"10.0.0.1\"}").with("/name", "\"web\"")).isOk();
    }

    @Test
    void conditionsInHeadersAreHeld() {
        var etag = '"' + version + '"';
        assertThat(api.get("load-balancers/web", "If-None-Match", etag).status()).isEqualTo(304);
        api.get("load-balancers/web", "If-None-Match", "\"lb-0\"").isOk();
        put(payload.at(version).with("/listeners/0/port", "81"), "If-Match", "\"lb-0\"")
                .isProblem(412, 9);
        api.delete("load-balancers/web", "If-Match", "\"lb-0\"").isProblem(412, 9);
        api.delete("load-balancers/web", "If-Match", etag).isOk();
    }

    private Answer put(Payload body, String... headers) {
        return put(api, body, headers);
    }

    private static Answer put(ApiClient client, Payload body, String... headers) {
        return client.put(
                "load-balancers/web",
                body,
                java.util.stream.Stream.of(AT_ONCE, headers)
                        .flatMap(java.util.Arrays::stream)
                        .toArray(String[]::new));
    }

    private Answer putPool(String name, Payload body) {
        return api.put("load-balancers/web/target-pools/" + name, body, AT_ONCE);
    }

    private static Payload pool(String targets) {
        return Payload.of("{\"targetPort\":9090,\"targets\":[" + targets + "]}");
    }

    private long revisions() {
        return count("load_balancer_revision");
    }

    private long work() {
        return count("work_item");
    }

    private long count(String table) {
        return jdbc.sql(
                        "SELECT count(*) FROM "
                                + table
                                + " r JOIN load_balancer lb ON lb.id = r.load_balancer_id"
                                + " WHERE lb.project_id = ?")
                .param(project.projectId())
                .query(Long.class)
                .single();
    }
}
