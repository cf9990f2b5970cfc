package dev.plimsoll.api.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CredentialsTest extends ApiTest {
    private static final String METRICS =
            "{\"displayName\":\"metrics\",\"username\":\"me\",\"password\":\"s3cret\"}";
    private static final String[] AT_ONCE = {"Prefer", "wait=0"};

    @Test
    void areAnsweredWithoutTheirPassword() {
        var created = api.post("credentials", METRICS).isOk();
        var ref = created.string("/credential/credentialsRef");
        assertThat(ref).matches("credentials-[0-9a-z]{5,}");
        assertThat(created.json().path("credential").propertyNames())
                .containsExactlyInAnyOrder("credentialsRef", "displayName", "region", "username");
        assertThat(created.string("/credential/region")).isEqualTo("eu01");
        assertThat(api.get("credentials/" + ref).isOk().json()).isEqualTo(created.json());
        assertThat(api.get("credentials").isOk().json().path("credentials"))
                .containsExactly(created.json().path("credential"));
    }

    @Test
    void namesMayRepeatAndReferencesDoNot() {
        assertThat(newCredential()).isNotEqualTo(newCredential());
        assertThat(api.get("credentials").json().path("credentials").size()).isEqualTo(2);
    }

    @Test
    void belongToTheirProjectAndRegion() {
        var ref = newCredential();
        api.inRegion("eu02").get("credentials/" + ref).isProblem(404, 5);
        assertThat(api.inRegion("eu02").get("credentials").json().path("credentials")).isEmpty();
        api.get("credentials/credentials-00000").isProblem(404, 5);
        api.inRegion("xx99").get("credentials").isProblem(404, 5);
        api.inRegion("xx99").post("credentials", METRICS).isProblem(404, 5);
        with(anotherProject().adminToken()).get("credentials/" + ref).isProblem(403, 7);
        var reader = with(project.readerToken());
        reader.get("credentials/" + ref).isOk();
        reader.post("credentials", METRICS).isProblem(403, 7);
        reader.put("credentials/" + ref, METRICS).isProblem(403, 7);
        reader.delete("credentials/" + ref).isProblem(403, 7);
    }

    @Test
    void needAllMembersOnCreation() {
        for (var member : List.of("displayName", "username", "password")) {
            api.post("credentials", Payload.of(METRICS).without(member)).blames("/" + member);
            api.post("credentials", Payload.of(METRICS).with("/" + member, "\"\""))
                    .blames("/" + member);
        }
    }

    @Test
    void wrongMembersAreRefusedByName() {
        for (var name : List.of("-a", "a-", "A", "a".repeat(254))) {
            api.post("credentials", credential("/displayName", name)).blames("/displayName");
        }
        api.post("credentials", credential("/displayName", "a".repeat(253))).isOk();
        api.post("credentials", credential("/username", "a".repeat(1025))).blames("/username");
        for (var password : List.of("p".repeat(1025), "s3cret\\nX: y")) {
            var refused = api.post("credentials", credential("/password", password));
            refused.blames("/password");
            assertThat(refused.text()).doesNotContain("s3cret").doesNotContain("pppp");
        }
        var number = api.post("credentials", Payload.of(METRICS).with("/password", "31415926"));
        number.blames("/password");
        assertThat(number.text()).doesNotContain("31415926");
    }

    @Test
    void updateKeepsWhatIsAbsentOrEmpty() {
        var ref = newCredential();
        var before = sealed(ref);
        var renamed = api.put("credentials/" + ref, "{\"username\":\"you\",\"password\":\"\"}");
        assertThat(renamed.isOk().string("/credential/username")).isEqualTo("you");
        assertThat(renamed.string("/credential/displayName")).isEqualTo("metrics");
        assertThat(sealed(ref)).isEqualTo(before);
        api.put("credentials/" + ref, "{\"password\":\"another\"}").isOk();
        assertThat(sealed(ref)).isNotEqualTo(before);
        api.put("credentials/" + ref, "{\"displayName\":\"A\"}").blames("/displayName");
        api.put("credentials/credentials-00000", METRICS).isProblem(404, 5);
    }

    @Test
    void deletionSucceedsAsOftenAsItIsAskedFor() {
        var ref = newCredential();
        assertThat(api.delete("credentials/" + ref).isOk().text()).isEqualTo("{}");
        api.get("credentials/" + ref).isProblem(404, 5);
        api.delete("credentials/" + ref).isOk();
        api.delete("credentials/credentials-00000").isOk();
    }

    @Test
    void specNamesOnlyThoseThatExist() {
        var ref = newCredential();
        api.create(observed("web", "credentials-00000"))
                .blames("/options/observability/metrics/credentialsRef");
        api.inRegion("eu02")
                .create(observed("web", ref))
                .blames("/options/observability/metrics/credentialsRef");
        var created = api.create(observed("web", ref)).isOk();
        assertThat(created.string("/options/observability/metrics/credentialsRef")).isEqualTo(ref);
        put(observed("web", "credentials-00000").at(created.version()))
                .blames("/options/observability/metrics/credentialsRef");
    }

    @Test
    void cannotBeDeletedWhileAnAcceptedSpecNamesThem() {
        var ref = newCredential();
        var created = api.create(observed("web", ref)).isOk();
        var refused = api.delete("credentials/" + ref).isProblem(400, 9);
        assertThat(refused.string("/message")).contains("web");
        api.get("credentials/" + ref).isOk();
        put(Payload.onPrivateAddress("web").at(created.version())).isOk();
        api.delete("credentials/" + ref).isOk();
    }

    @Test
    void loadBalancerThatIsBeingRemovedHoldsNoCredentials() {
        var ref = newCredential();
        api.create(observed("web", ref)).isOk();
        api.delete("load-balancers/web").isOk();
        api.delete("credentials/" + ref).isOk();
    }

    @Test
    void anotherCredentialIsHeldInsteadAfterAnUpdate() {
        var old = newCredential();
        var ref = newCredential();
        var created = api.create(observed("web", old)).isOk();
        put(observed("web", ref).at(created.version())).isOk();
        api.delete("credentials/" + old).isOk();
        api.delete("credentials/" + ref).isProblem(400, 9);
    }

    @Test
    void updateLeavesTheLoadBalancersAlone() {
        var ref = newCredential();
        api.create(observed("web", ref)).isOk();
        world.serves(world.id(project.projectId(), "web"));
        var before = api.get("load-balancers/web");
        api.put("credentials/" + ref, "{\"password\":\"rotated\"}").isOk();
        var after = api.get("load-balancers/web");
        assertThat(after.json()).isEqualTo(before.json());
        assertThat(after.string("/status")).isEqualTo("STATUS_READY");
    }

    /** Either the spec is accepted and holds the credentials, or they are gone and it is not. */
    @Test
    void deletionAndUseAtOnceNeverBothSucceed() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 15; i++) {
                var name = "lb-" + i;
                var ref = newCredential();
                var calls =
                        List.<Callable<Answer>>of(
                                () -> api.create(observed(name, ref)),
                                () -> api.delete("credentials/" + ref));
                var answers = threads.invokeAll(calls).stream().map(Future::resultNow).toList();
                assertThat(answers.stream().map(Answer::status))
                        .as(answers.toString())
                        .containsExactlyInAnyOrder(200, 400);
                assertThat(api.get("credentials/" + ref).status())
                        .isEqualTo(answers.getFirst().status() == 200 ? 200 : 404);
            }
        }
    }

    @Test
    void parallelCreationNeverExceedsTheQuota() throws Exception {
        jdbc.sql("INSERT INTO project_quota VALUES (?, 'eu01', -1, 3)")
                .param(project.projectId())
                .update();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                    IntStream.range(0, 12)
                            .<Callable<Answer>>mapToObj(_ -> () -> api.post("credentials", METRICS))
                            .toList();
            var answers = threads.invokeAll(calls).stream().map(Future::resultNow).toList();
            assertThat(answers).filteredOn(it -> it.status() == 200).hasSize(3);
            assertThat(answers)
                    .filteredOn(it -> it.status() != 200)
                    .allSatisfy(it ->
                            assertThat(it.isProblem(429, 8).string("/message"))
                                    .isEqualTo(
                                            "maximum number of credentials reached - please"
                                                    + " contact support to increase it"));
        }
        var quota = api.get("quota").isOk().json();
        assertThat(quota.path("maxCredentials").asInt()).isEqualTo(3);
        assertThat(quota.path("usedCredentials").asInt()).isEqualTo(3);
        api.inRegion("eu02").post("credentials", METRICS).isOk();
    }

    @Test
    void everyWriteIsInTheAudit() {
        var ref = newCredential();
        api.put("credentials/" + ref, METRICS).isOk();
        api.delete("credentials/" + ref).isOk();
        api.delete("credentials/" + ref).isOk();
        var actions =
                jdbc.sql(
                                """
                                SELECT action || ' ' || resource FROM audit_entry
                                WHERE project_id = ? ORDER BY id
                                """)
                        .param(project.projectId())
                        .query(String.class)
                        .list();
        assertThat(actions)
                .containsExactlyElementsOf(
                        Stream.of("create", "update", "delete")
                                .map(verb ->
                                        "credential.%s regions/eu01/credentials/%s"
                                                .formatted(verb, ref))
                                .toList());
    }

    private String newCredential() {
        return api.post("credentials", METRICS).isOk().string("/credential/credentialsRef");
    }

    private static Payload credential(String member, String value) {
        return Payload.of(METRICS).with(member, '"' + value + '"');
    }

    private static Payload observed(String name, String ref) {
        return Payload.onPrivateAddress(name)
                .with(
                        "/options/observability",
                        """
                        {"metrics":{"credentialsRef":"%s","pushUrl":"https://metrics.example/push"}}
                        """
                                .formatted(ref));
    }

    private Answer put(Payload body) {
        return api.put("load-balancers/web", body, AT_ONCE);
    }

    private byte[] sealed(String ref) {
        return jdbc.sql("SELECT password_sealed FROM credential WHERE ref = ?")
                .param(ref)
                .query(byte[].class)
                .single();
    }
}
