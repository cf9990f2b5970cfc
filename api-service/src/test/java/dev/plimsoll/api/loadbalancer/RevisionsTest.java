package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RevisionsTest extends ApiTest {
    private static final String WEB = "load-balancers/web";
    private static final String REVISIONS = WEB + "/revisions";
    private static final String CREDENTIAL =
            """
            {"displayName": "push", "username": "u", "password": "p"}\
            """;

    @Test
    void everyAcceptedSpecIsListedWithWhoSentItNewestFirst() {
        create(Payload.onPrivateAddress("web"));
        var request = UUID.randomUUID().toString();
        var second =
                api.put(
                                WEB,
                                Payload.onPrivateAddress("web")
                                        .at(version())
                                        .with("/planId", "\"p50\""),
                                "Prefer",
                                "wait=0",
                                "User-Agent",
                                "curl/8",
                                "X-Request-ID",
                                request)
                        .isOk();
        put(Payload.onPrivateAddress("web").with("/planId", "\"p50\""));

        var list = with(project.readerToken()).get(REVISIONS).isOk().json().path("revisions");
        assertThat(list.findValuesAsString("generation")).containsExactly("2", "1");
        var newest = list.path(0);
        assertThat(newest.path("version").asString()).isEqualTo(second.version());
        assertThat(newest.path("author").asString()).startsWith("token:test admin:");
        assertThat(newest.path("client").asString()).isEqualTo("curl/8");
        assertThat(newest.path("requestId").asString()).isEqualTo(request);
        assertThat(list.findValuesAsString("reason")).containsExactly("UPDATE", "CREATE");
    }

    @Test
    void pagesTogetherAreTheWholeList() {
        create(Payload.onPrivateAddress("web"));
        labelled("1");
        labelled("2");
        var first = api.get(REVISIONS + "?pageSize=2").isOk();
        var rest = api.get(REVISIONS + "?pageSize=2&pageId=" + first.string("/nextPageId")).isOk();
        assertThat(generations(first)).containsExactly("3", "2");
        assertThat(generations(rest)).containsExactly("1");
        assertThat(rest.json().has("nextPageId")).isFalse();
        assertThat(statements.during(() -> api.get(REVISIONS).isOk())).isEqualTo(2);
        api.get(REVISIONS + "?pageId=abc").blames("#query/pageId");
        api.get(REVISIONS + "?pageSize=0").blames("#query/pageSize");
    }

    @Test
    void revisionHasTheSpecInTheFormInWhichItIsSent() {
        var ordered = create(Payload.onEphemeralAddress("web").with("/labels", "{\"a\":\"b\"}"));
        put(Payload.onEphemeralAddress("web").with("/planId", "\"p50\""));
        var then = api.get(REVISIONS + "/1").isOk().json().path("specification");
        var shown = ordered.json();
        assertThat(then.propertyStream())
                .allSatisfy(it -> assertThat(it.getValue()).isEqualTo(shown.path(it.getKey())));
        assertThat(then.propertyNames())
                .contains("name", "region", "planId", "listeners", "networks", "options", "labels")
                .doesNotContain("status", "externalAddress");
        assertThat(api.get(REVISIONS + "/" + ordered.version()).isOk().json())
                .isEqualTo(api.get(REVISIONS + "/1").json());
    }

    @Test
    void whatIsNotThereIsNotFound() {
        create(Payload.onPrivateAddress("web"));
        for (var revision :
                List.of("2", "0", "-1", "one", "lb-1-00000000", "lb-1", "9".repeat(30))) {
            api.get(REVISIONS + "/" + revision).isProblem(404, 5);
            api.get(REVISIONS + "/" + revision + "/diff").isProblem(404, 5);
            restore(revision, version()).isProblem(404, 5);
        }
        api.get(REVISIONS + "/1/diff?to=2").isProblem(404, 5);
        api.get("load-balancers/other/revisions").isProblem(404, 5);
        api.get("load-balancers/other/revisions/1").isProblem(404, 5);
        api.inRegion("eu02").get(REVISIONS).isProblem(404, 5);
    }

    @Test
    void otherProjectsHaveOtherRevisions() {
        create(Payload.onPrivateAddress("web"));
        var other = anotherProject();
        var stranger = new ApiClient(base(), other.projectId(), other.adminToken());
        stranger.get(REVISIONS).isProblem(404, 5);
        stranger.get(REVISIONS + "/1").isProblem(404, 5);
        stranger.create(Payload.onPrivateAddress("web")).isOk();
        assertThat(generations(stranger.get(REVISIONS).isOk())).containsExactly("1");
        stranger.get(REVISIONS + "/" + version()).isProblem(404, 5);
    }

    @Test
    void differenceIsTheSameEveryTimeAndBackwardsTheOtherWayRound() {
        create(Payload.onPrivateAddress("web").with("/labels", "{\"b\":\"1\",\"a\":\"2\"}"));
        put(
                Payload.onPrivateAddress("web")
                        .with("/labels", "{\"c\":\"3\",\"b\":\"2\"}")
                        .with("/targetPools/0/targets/0/ip", "\"10.0.0.12\"")
                        .with("/planId", "\"p50\""));
        var forwards =
                List.of(
                        "/planId \"p10\" → \"p50\"",
                        "/targetPools/0/targets/0  → {\"displayName\":\"a\",\"ip\":\"10.0.0.12\"}",
                        "/targetPools/0/targets/0 {\"displayName\":\"a\",\"ip\":\"10.0.0.11\"} → ",
                        "/labels/b \"1\" → \"2\"",
                        "/labels/c  → \"3\"",
                        "/labels/a \"2\" → ");
        assertThat(differences("1/diff?to=2")).isEqualTo(forwards);
        assertThat(differences("1/diff")).isEqualTo(forwards);
        assertThat(differences("2/diff?to=1"))
                .contains("/planId \"p50\" → \"p10\"", "/labels/a  → \"2\"");
        assertThat(differences("2/diff?to=2")).isEmpty();
    }

    @Test
    void certificatesAndSecretsInUrlsAreShownByFingerprint() {
        var ref = api.post("credentials", CREDENTIAL).isOk().string("/credential/credentialsRef");
        var first = Certificates.CA;
        var second = twice(Certificates.CA);
        create(secretly(ref, "https://logs.example.org/push?token=one", first));
        put(secretly(ref, "https://u:two@logs.example.org/push", second));

        var text = api.get(REVISIONS + "/1/diff").isOk().text();
        assertThat(text).doesNotContain(first, second, "one", "two@");
        assertThat(differences("1/diff"))
                .hasSize(2)
                .anySatisfy(it ->
                        assertThat(it)
                                .matches(".*/tls/customCa \"(sha256:[0-9a-f]{64})\" → \"\\1 \\1\""))
                .anySatisfy(it ->
                        assertThat(it)
                                .startsWith(
                                        "/options/observability/logs/pushUrl"
                                                + " \"https://logs.example.org/push (sha256:"));
        put(Payload.onPrivateAddress("web"));
        var gone = api.get(REVISIONS + "/2/diff?to=3").isOk().text();
        assertThat(gone).contains("sha256:").doesNotContain(second, "two@");
    }

    @Test
    void restoringWritesTheSpecOfThenAsANewRevision() {
        var first = create(Payload.onPrivateAddress("web").with("/labels", "{\"a\":\"1\"}"));
        var second = labelled("2");
        var plan = api.post(REVISIONS + "/1:restore?dryRun=true", at(second.version())).isOk();
        assertThat(plan.json().at("/changes/0/path").asString()).isEqualTo("/labels/a");

        var restored = restore("1", second.version()).isOk();

        assertThat(restored.version()).isNotIn(first.version(), second.version());
        assertThat(restored.header("ETag")).isEqualTo('"' + restored.version() + '"');
        assertThat(restored.string("/labels/a")).isEqualTo("1");
        assertThat(api.get(REVISIONS + "/3").isOk().string("/reason")).isEqualTo("RESTORE");
        assertThat(differences("1/diff?to=3")).isEmpty();
        var entry =
                api.get("/v2/projects/" + project.projectId() + "/audit")
                        .isOk()
                        .json()
                        .at("/entries/0");
        assertThat(entry.path("action").asString()).isEqualTo("load-balancer.restore");
        assertThat(entry.at("/details/restored").asString()).isEqualTo(first.version());
        assertThat(entry.at("/details/generation").asInt()).isEqualTo(3);
    }

    @Test
    void restoringWhatIsThereChangesNothing() {
        var now = create(Payload.onPrivateAddress("web"));
        assertThat(restore("1", now.version()).isOk().version()).isEqualTo(now.version());
        assertThat(generations(api.get(REVISIONS))).containsExactly("1");
    }

    @Test
    void restoringNeedsTheCurrentVersion() {
        var first = create(Payload.onPrivateAddress("web"));
        var second = labelled("1");
        restore("1", first.version()).isProblem(409, 10);
        api.post(REVISIONS + "/1:restore", "{}").blames("/version");
        api.post(
                        REVISIONS + "/1:restore",
                        at(second.version()),
                        "If-Match",
                        '"' + first.version() + '"')
                .isProblem(412, 9);
        with(project.readerToken())
                .post(REVISIONS + "/1:restore", at(second.version()))
                .isProblem(403, 7);
        assertThat(version()).isEqualTo(second.version());
    }

    @Test
    void repeatedRestoringWithItsKeyIsOneWrite() {
        create(Payload.onPrivateAddress("web"));
        var second = labelled("1");
        var body = at(second.version());
        var once = api.post(REVISIONS + "/1:restore", body, "Idempotency-Key", "k").isOk();
        var again = api.post(REVISIONS + "/1:restore", body, "Idempotency-Key", "k").isOk();
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.version()).isEqualTo(once.version());
        api.post(REVISIONS + "/2:restore", body, "Idempotency-Key", "k").isProblem(422, 9);
        assertThat(generations(api.get(REVISIONS))).containsExactly("3", "2", "1");
    }

    @Test
    void whatCannotChangeIsRefusedWithItsPlaceAndReason() {
        var first = create(Payload.onEphemeralAddress("web"));
        world.hasAddress(world.id(project.projectId(), "web"), "EPHEMERAL", "203.0.113.77");
        var kept = put(Payload.onNoAddress("web").with("/externalAddress", "\"203.0.113.77\""));
        var refused = restore("1", kept.version()).blames("/options/ephemeralAddress");
        assertThat(refused.string("/errors/0/code")).isEqualTo("IMMUTABLE");
        assertThat(refused.string("/errors/0/detail")).contains("cannot be changed");
        api.post(REVISIONS + "/1:restore?dryRun=true", at(kept.version()))
                .blames("/options/ephemeralAddress");
        assertThat(version()).isEqualTo(kept.version()).isNotEqualTo(first.version());
    }

    @Test
    void plansAndCredentialsThatAreNoMoreAreRefused() {
        var ref = api.post("credentials", CREDENTIAL).isOk().string("/credential/credentialsRef");
        create(secretly(ref, "https://logs.example.org/push", Certificates.CA));
        var second = put(Payload.onPrivateAddress("web").with("/planId", "\"p50\""));
        api.delete("credentials/" + ref).isOk();
        restore("1", second.version())
                .blames("/options/observability/logs/credentialsRef")
                .isProblem(400, 3);

        create(Payload.onPrivateAddress("other").with("/planId", "\"p750\""));
        var now =
                api.put(
                                "load-balancers/other",
                                Payload.onPrivateAddress("other")
                                        .at(api.get("load-balancers/other").version())
                                        .with("/planId", "\"p10\""),
                                "Prefer",
                                "wait=0")
                        .isOk();
        jdbc.sql("UPDATE plan SET retired_at = now() WHERE region_id = 'eu01' AND id = 'p750'")
                .update();
        try {
            api.post("load-balancers/other/revisions/1:restore", at(now.version()))
                    .blames("/planId");
        } finally {
            jdbc.sql("UPDATE plan SET retired_at = NULL WHERE region_id = 'eu01' AND id = 'p750'")
                    .update();
        }
    }

    @Test
    void deletedLoadBalancersCanStillBeReadAndComeBackAsNewOnes() {
        var first = create(Payload.onPrivateAddress("web").with("/labels", "{\"a\":\"1\"}"));
        labelled("2");
        api.delete(WEB).isOk();
        restore("1", first.version()).isProblem(409, 9);
        world.isGone(world.id(project.projectId(), "web"));

        api.get(WEB).isProblem(404, 5);
        assertThat(generations(api.get(REVISIONS).isOk())).containsExactly("2", "1");
        assertThat(differences("1/diff")).containsExactly("/labels/a \"1\" → \"2\"");
        restore("1", first.version()).blames("/version");
        api.post(REVISIONS + "/1:restore", "{}", "If-Match", "*").isProblem(412, 9);
        var back = api.post(REVISIONS + "/1:restore", "{}", "Prefer", "wait=0").isOk();

        assertThat(back.string("/labels/a")).isEqualTo("1");
        assertThat(back.string("/targetSecurityGroup/id"))
                .isNotEqualTo(first.string("/targetSecurityGroup/id"));
        assertThat(api.get(REVISIONS).json().path("revisions").findValuesAsString("reason"))
                .containsExactly("RESTORE", "UPDATE", "CREATE");
        assertThat(api.get(REVISIONS + "/1").isOk().string("/version")).isEqualTo(back.version());
        assertThat(api.get(REVISIONS + "/" + first.version()).isOk().string("/version"))
                .isEqualTo(first.version());
        api.get(REVISIONS + "/2").isProblem(404, 5);
    }

    /** Two certificates in one. */
    private static String twice(String base64) {
        var pem = new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
        return Base64.getEncoder().encodeToString((pem + pem).getBytes(StandardCharsets.US_ASCII));
    }

    private Payload secretly(String ref, String url, String certificate) {
        return Payload.onPrivateAddress("web")
                .with(
                        "/options/observability",
                        "{\"logs\":{\"credentialsRef\":\"%s\",\"pushUrl\":\"%s\"}}"
                                .formatted(ref, url))
                .with(
                        "/targetPools/0/activeHealthCheck",
                        "{\"httpHealthChecks\":{\"tls\":{\"enabled\":true,\"customCa\":\"%s\"}}}"
                                .formatted(certificate));
    }

    private Answer create(Payload payload) {
        return api.create(payload).isOk();
    }

    private Answer labelled(String value) {
        return put(
                Payload.onPrivateAddress("web").with("/labels", "{\"a\":\"%s\"}".formatted(value)));
    }

    private Answer put(Payload payload) {
        return api.put(WEB, payload.at(version()), "Prefer", "wait=0").isOk();
    }

    private Answer restore(String revision, String version) {
        return api.post(REVISIONS + "/" + revision + ":restore", at(version), "Prefer", "wait=0");
    }

    private static String at(String version) {
        return "{\"version\":\"%s\"}".formatted(version);
    }

    private String version() {
        return api.get(WEB).isOk().version();
    }

    private static List<String> generations(Answer list) {
        return list.json().path("revisions").findValuesAsString("generation");
    }

    private List<String> differences(String path) {
        return api.get(REVISIONS + "/" + path)
                .isOk()
                .json()
                .path("changes")
                .valueStream()
                .map(it ->
                        "%s %s → %s"
                                .formatted(
                                        it.path("path").asString(), it.path("from"), it.path("to")))
                .toList();
    }
}
