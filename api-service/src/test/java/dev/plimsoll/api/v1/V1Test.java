package dev.plimsoll.api.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Contract;
import dev.plimsoll.api.support.Payload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class V1Test extends ApiTest {
    private static final String CREDENTIALS =
            "{\"displayName\":\"metrics\",\"username\":\"me\",\"password\":\"s3cret\"}";

    private String base;
    private Contract contract;

    @BeforeEach
    void document() {
        base = "/v1/projects/" + project.projectId() + "/";
        contract = new Contract(with("").get("/openapi-v1.json").isOk().json());
    }

    @Test
    void loadBalancerIsTheOneOfTheDefaultRegionWithoutWhatV2Added() {
        var labelled =
                Payload.onPrivateAddress("web")
                        .with("/labels", "{\"a\":\"b\"}")
                        .with(
                                "/targetPools/0/activeHealthCheck",
                                """
                                {"interval":"1s","altPort":81,"httpHealthChecks":{"path":"/up"}}
                                """);
        var created = send(api, "POST", "load-balancers", labelled).isOk();
        for (var later :
                new String[] {
                    "region",
                    "labels",
                    "disableTargetSecurityGroupAssignment",
                    "targetSecurityGroup",
                    "loadBalancerSecurityGroup"
                }) {
            assertThat(created.json().has(later)).as(later).isFalse();
        }
        assertThat(created.json().at("/targetPools/0/activeHealthCheck").propertyNames())
                .containsExactly("interval");
        assertThat(api.get("load-balancers/web").isOk().string("/labels/a")).isEqualTo("b");
        assertThat(send(api, "GET", "load-balancers/web", null).isOk().json())
                .isEqualTo(created.json());
        assertThat(
                        send(api, "GET", "load-balancers?pageSize=5", null)
                                .isOk()
                                .json()
                                .path("loadBalancers"))
                .containsExactly(created.json());
    }

    @Test
    void whatWasReadCanBeWrittenBack() {
        var created =
                api.create(Payload.onStaticAddress("web").with("/labels", "{\"a\":\"b\"}")).isOk();
        var read = send(api, "GET", "load-balancers/web", null).isOk();
        assertThat(read.version()).isEqualTo(created.version());
        var same = send(api, "PUT", "load-balancers/web", Payload.of(read.json())).isOk();
        assertThat(same.version()).isEqualTo(created.version());
        var moved = Payload.of(read.json()).with("/listeners/0/port", "81");
        var updated = send(api, "PUT", "load-balancers/web", moved, "Prefer", "wait=0").isOk();
        var now = api.get("load-balancers/web").isOk();
        assertThat(now.version()).isEqualTo(updated.version()).isNotEqualTo(read.version());
        assertThat(now.header("ETag")).isEqualTo(updated.header("ETag"));
        assertThat(now.string("/labels/a")).isEqualTo("b");
        send(api, "PUT", "load-balancers/web", moved).isProblem(409, 10);
    }

    @Test
    void poolsAndDeletionAndErrorsAreThoseOfV2() {
        send(api, "POST", "load-balancers", Payload.onPrivateAddress("web")).isOk();
        send(api, "POST", "load-balancers", Payload.onPrivateAddress("web")).isProblem(409, 6);
        send(api, "POST", "load-balancers", Payload.onNoAddress("x")).blames("/externalAddress");
        var pool = "{\"targetPort\":1,\"targets\":[{\"ip\":\"10.0.0.1\"}]}";
        var put = send(api, "PUT", "load-balancers/web/target-pools/web", pool, "Prefer", "wait=0");
        assertThat(put.isOk().json().path("targetPort").asInt()).isEqualTo(1);
        send(api, "DELETE", "load-balancers/web", null).isOk();
        send(api, "GET", "load-balancers/nope", null).isProblem(404, 5);
        send(api, "GET", "load-balancers?pageSize=0", null).isProblem(400, 3);
    }

    @Test
    void errorTypesThatV1DoesNotKnowAreInternal() {
        send(api, "POST", "load-balancers", Payload.onPrivateAddress("web")).isOk();
        world.cannotServe(
                world.id(project.projectId(), "web"), "TYPE_IP_EXHAUSTED", "no address is free");
        var error = send(api, "GET", "load-balancers/web", null).isOk();
        assertThat(error.string("/errors/0/type")).isEqualTo("TYPE_INTERNAL");
        assertThat(error.string("/errors/0/description")).isEqualTo("no address is free");
    }

    @Test
    void credentialsQuotaAndPlansLackWhatV2Added() {
        var created = send(api, "POST", "credentials", CREDENTIALS).isOk();
        var ref = created.string("/credential/credentialsRef");
        assertThat(created.json().path("credential").propertyNames())
                .containsExactlyInAnyOrder("credentialsRef", "displayName", "username");
        assertThat(send(api, "GET", "credentials", null).isOk().json().at("/credentials/0"))
                .isEqualTo(created.json().path("credential"));
        send(api, "PUT", "credentials/" + ref, "{\"username\":\"you\"}").isOk();
        assertThat(api.get("credentials/" + ref).string("/credential/username")).isEqualTo("you");
        send(api, "DELETE", "credentials/" + ref, null).isOk();
        send(api, "GET", "credentials/" + ref, null).isProblem(404, 5);
        assertThat(send(api, "GET", "quota", null).isOk().json().propertyNames())
                .containsExactlyInAnyOrder("projectId", "maxLoadBalancers");
        var plans = api.get("/v1/plans").isOk().json().path("validPlans");
        assertThat(plans.size()).isEqualTo(5);
        assertThat(plans.get(0).has("region")).isFalse();
    }

    @Test
    void serviceIsAlwaysThere() {
        var path = "/v1/projects/" + project.projectId();
        assertThat(api.get(path).isOk().string("/status")).isEqualTo("STATUS_READY");
        assertThat(api.post(path, "").isOk().text()).isEqualTo("{}");
        assertThat(api.delete(path).isOk().text()).isEqualTo("{}");
        assertThat(api.get(path).isOk().string("/status")).isEqualTo("STATUS_READY");
        with(project.readerToken()).get(path).isOk();
        with(project.readerToken()).post(path, "").isProblem(403, 7);
        with(anotherProject().adminToken()).get(path).isProblem(403, 7);
    }

    @Test
    void permissionsAndAuditAreThoseOfV2() {
        var stranger = with(anotherProject().adminToken());
        var reader = with(project.readerToken());
        for (var path : new String[] {"load-balancers", "credentials", "quota"}) {
            send(stranger, "GET", path, null).isProblem(403, 7);
            send(with(""), "GET", path, null).isProblem(401, 16);
            send(reader, "GET", path, null).isOk();
        }
        with("").get("/v1/plans").isProblem(401, 16);
        send(reader, "POST", "load-balancers", Payload.onPrivateAddress("web")).isProblem(403, 7);
        send(reader, "POST", "credentials", CREDENTIALS).isProblem(403, 7);
        send(reader, "DELETE", "load-balancers/web", null).isProblem(403, 7);
        send(api, "POST", "load-balancers", Payload.onPrivateAddress("web"), "User-Agent", "old")
                .isOk();
        var entry =
                jdbc.sql("SELECT action, resource, client FROM audit_entry WHERE project_id = ?")
                        .param(project.projectId())
                        .query()
                        .singleRow();
        assertThat(entry)
                .containsEntry("action", "load-balancer.create")
                .containsEntry("resource", "regions/eu01/load-balancers/web")
                .containsEntry("client", "old");
    }

    @Test
    void whatOnlyV2HasIsNotFound() {
        api.create(Payload.onPrivateAddress("web")).isOk();
        send(api, "GET", "load-balancers/web/status", null).isProblem(404, 5);
        send(api, "GET", "regions/eu01/load-balancers", null).isProblem(404, 5);
        api.get("/v1").isProblem(404, 5);
        send(api, "PUT", "load-balancers", "{}").isProblem(405, 12);
    }

    /** Answers are held against the document of v1 as well. */
    private Answer send(
            ApiClient client, String method, String path, Object body, String... headers) {
        var text = body == null ? null : body.toString();
        var answer = client.send(method, base + path, text, headers);
        contract.check(method, base + path, answer);
        return answer;
    }
}
