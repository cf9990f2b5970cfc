package dev.plimsoll.api.audit;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.AnsweringAgents;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Contract;
import dev.plimsoll.api.support.Payload;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Whatever the contract lets somebody write leaves one entry: a new operation needs an example
 * here. What is refused, rehearsed or there already leaves none.
 */
class EveryWriteIsAuditedTest extends ApiTest {
    /** They change nothing, or nothing that lasts. */
    private static final Set<String> WITHOUT_ENTRY =
            Set.of(
                    "post /token",
                    "post /v1/projects/{projectId}",
                    "delete /v1/projects/{projectId}");

    private static final Set<String> READING = Set.of("get", "head", "options");
    private static final String CLIENT = "audit-test/1";
    private static final String WEB = "regions/eu01/load-balancers/web";
    private static final String CREDENTIAL =
            """
            {"displayName": "push", "username": "u", "password": "p"}\
            """;
    private static final String NETWORK = "2028e5d4-af4f-45e2-98df-502be37a4317";
    private static final String BACKEND =
            """
            {"name": "backend", "cidrs": ["10.0.0.0/16"]}\
            """;
    private static final String ACCOUNT = "{\"name\":\"ci\",\"role\":\"nlb.admin\"}";
    private static final String PLAN =
            """
            {"name": "n", "description": "d", "flavorName": "f", "maxConnections": 7}\
            """;

    private ApiClient operator;
    private String region;
    private AnsweringAgents agents;

    /**
     * One write that is accepted, by somebody who may.
     *
     * @param project null for what belongs to the whole installation
     * @param resource how the entry's begins
     */
    private record Write(
            String action,
            UUID project,
            String resource,
            ApiClient client,
            String path,
            Object body) {}

    static Stream<Arguments> operations() {
        return new Contract()
                .document()
                .path("paths")
                .propertyStream()
                .flatMap(path ->
                        path.getValue()
                                .propertyStream()
                                .filter(it -> !READING.contains(it.getKey()))
                                .filter(it ->
                                        !WITHOUT_ENTRY.contains(it.getKey() + " " + path.getKey()))
                                .map(it ->
                                        Arguments.of(
                                                it.getValue().path("operationId").asString(""),
                                                it.getKey(),
                                                it.getValue())));
    }

    @BeforeEach
    void aRegionWithAPlan() {
        operator = with(project.operatorToken());
        int taken =
                jdbc.sql("SELECT count(*) FROM region WHERE id LIKE 'au%'")
                        .query(Integer.class)
                        .single();
        region = "au%02d".formatted(taken);
        jdbc.sql("INSERT INTO region VALUES (?, 'Audit')").param(region).update();
        jdbc.sql("INSERT INTO plan VALUES (?, 'p10', 'n', 'd', 'f', 1)").param(region).update();
    }

    @AfterEach
    void nobodyAnswers() {
        if (agents != null) {
            agents.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void writeLeavesOneEntry(String operationId, String method, JsonNode operation) {
        assertThat(writes()).as("examples of writes").containsKey(operationId);
        var write = writes().get(operationId).get();
        var verb = method.toUpperCase(java.util.Locale.ROOT);
        refusedLeavesNone(write, verb);
        if (isRehearsable(operation)) {
            var path = write.path() + (write.path().contains("?") ? "&" : "?") + "dryRun=true";
            assertThat(entriesOf(write, verb, path, write.body(), 200)).isZero();
        }

        var requestId = UUID.randomUUID().toString();
        send(write.client(), write, verb, write.path(), write.body(), requestId).isOk();

        var entry = entries(requestId);
        assertThat(entry).hasSize(1);
        assertThat(entry.getFirst()).containsEntry("project_id", write.project());
        assertThat(entry.getFirst()).containsEntry("action", write.action());
        assertThat(entry.getFirst()).containsEntry("client", CLIENT);
        assertThat(entry.getFirst().get("resource").toString()).startsWith(write.resource());
        assertThat(entry.getFirst().get("author").toString())
                .startsWith(write.client() == api ? "token:test admin:" : "token:test operator:");
    }

    private void refusedLeavesNone(Write write, String verb) {
        var stranger =
                write.client() == api
                        ? with(anotherProject().adminToken())
                        : with(project.adminToken());
        var requestId = UUID.randomUUID().toString();
        send(stranger, write, verb, write.path(), write.body(), requestId).isProblem(403, 7);
        assertThat(entries(requestId)).isEmpty();
        if (write.body() != null) {
            assertThat(entriesOf(write, verb, write.path(), "{broken", 400)).isZero();
        }
    }

    private int entriesOf(Write write, String verb, String path, Object body, int status) {
        var requestId = UUID.randomUUID().toString();
        var answer = send(write.client(), write, verb, path, body, requestId);
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return entries(requestId).size();
    }

    private static Answer send(
            ApiClient client,
            Write write,
            String verb,
            String path,
            Object body,
            String requestId) {
        return client.send(
                verb,
                path,
                body == null ? null : body.toString(),
                "X-Request-ID",
                requestId,
                "User-Agent",
                CLIENT,
                "Prefer",
                "wait=0");
    }

    private List<Map<String, Object>> entries(String requestId) {
        return jdbc.sql("SELECT * FROM audit_entry WHERE request_id = ?")
                .param(requestId)
                .query()
                .listOfRows();
    }

    private UUID twoMachines() {
        api.create(Payload.onPrivateAddress("web")).isOk();
        var id = world.id(project.projectId(), "web");
        world.hasAgent(id, 1, "STANDBY", 4712);
        return world.hasAgent(id, 0, "ACTIVE", 4711);
    }

    private Write closingAConnection() {
        twoMachines();
        try {
            agents =
                    new AnsweringAgents(database, jdbc)
                            .everybodyAnswers("CLOSE", "{\"isClosed\": true}");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        var connection = "connections/6f1c2a7e-93b4-8d05-8000-00f3a1b2c3d4";
        return tenant(
                "connection.close",
                WEB + "/" + connection,
                "load-balancers/web/" + connection + ":close",
                null);
    }

    /** By operation id: makes what the write needs, and says what it is. */
    private Map<String, Supplier<Write>> writes() {
        return Map.ofEntries(
                entry(
                        "FailoverLoadBalancer",
                        () -> {
                            twoMachines();
                            return tenant(
                                    "load-balancer.failover",
                                    WEB,
                                    "load-balancers/web:failover",
                                    null);
                        }),
                entry("CloseConnection", this::closingAConnection),
                entry(
                        "AdminReplaceMachine",
                        () -> {
                            var machine = twoMachines();
                            return ofAll(
                                    "machine.replace",
                                    "machines/" + machine,
                                    "machines/" + machine + ":replace",
                                    "{\"reason\": \"OPERATOR\"}");
                        }),
                entry(
                        "AdminReleaseBrake",
                        () -> ofAll("brake.release", "brake", "brake:release", null)),
                entry(
                        "AdminRotateCertificateAuthority",
                        () -> {
                            jdbc.sql("DELETE FROM certificate_authority").update();
                            return ofAll(
                                    "certificate-authority.rotate",
                                    "certificate-authorities",
                                    "certificate-authorities:rotate",
                                    null);
                        }),
                entry(
                        "CreateLoadBalancer",
                        () ->
                                tenant(
                                        "load-balancer.create",
                                        WEB,
                                        "load-balancers",
                                        Payload.onPrivateAddress("web"))),
                entry(
                        "UpdateLoadBalancer",
                        () ->
                                tenant(
                                        "load-balancer.update",
                                        WEB,
                                        "load-balancers/web",
                                        Payload.onPrivateAddress("web")
                                                .at(created().version())
                                                .with("/labels", "{\"a\":\"b\"}"))),
                entry(
                        "UpdateTargetPool",
                        () -> {
                            created();
                            return tenant(
                                    "load-balancer.update-target-pool",
                                    WEB,
                                    "load-balancers/web/target-pools/web",
                                    "{\"targetPort\":81,\"targets\":[{\"ip\":\"10.0.0.9\"}]}");
                        }),
                entry(
                        "DeleteLoadBalancer",
                        () -> {
                            created();
                            return tenant("load-balancer.delete", WEB, "load-balancers/web", null);
                        }),
                entry("RestoreRevision", this::restoringARevision),
                entry(
                        "CreateCredentials",
                        () ->
                                tenant(
                                        "credential.create",
                                        "regions/eu01/credentials/",
                                        "credentials",
                                        CREDENTIAL)),
                entry(
                        "UpdateCredentials",
                        () -> ofCredential("update", "{\"displayName\":\"other\"}")),
                entry("DeleteCredentials", () -> ofCredential("delete", null)),
                entry("CreateForwardingRule", () -> ofRules("", rule("secure", 443))),
                entry("UpdateForwardingRule", () -> ofRules("/tcp-80", rule("tcp-80", 80))),
                entry(
                        "DeleteForwardingRule",
                        () -> {
                            var write = ofRules("", null);
                            api.post(write.path(), rule("secure", 443)).isOk();
                            return new Write(
                                    write.action(),
                                    write.project(),
                                    write.resource(),
                                    write.client(),
                                    write.path() + "/secure",
                                    null);
                        }),
                entry(
                        "AdminSetPriceModel",
                        () ->
                                ofProject(
                                        "price-model.set",
                                        "price-model",
                                        "/price-model",
                                        "{\"priceModel\":\"PREPAID\"}")),
                entry(
                        "PutNetwork",
                        () ->
                                ofProject(
                                        "network.put",
                                        "networks/" + NETWORK,
                                        "/networks/" + NETWORK,
                                        BACKEND)),
                entry(
                        "DeleteNetwork",
                        () -> {
                            var write =
                                    ofProject(
                                            "network.delete",
                                            "networks/" + NETWORK,
                                            "/networks/" + NETWORK,
                                            null);
                            operator.put(write.path(), BACKEND).isOk();
                            return write;
                        }),
                entry(
                        "CreateToken",
                        () ->
                                ofProject(
                                        "token.create",
                                        "tokens/",
                                        "/tokens",
                                        "{\"name\":\"ci\",\"role\":\"nlb.reader\"}")),
                entry("RevokeToken", this::revokingAToken),
                entry(
                        "CreateOperatorToken",
                        () -> ofAll("token.create", "tokens/", "tokens", "{\"name\":\"al\"}")),
                entry("RevokeOperatorToken", this::revokingAnOperatorsToken),
                entry("AdminCreateProject", this::creatingAProject),
                entry(
                        "AdminUpdateProject",
                        () ->
                                ofProject(
                                        "project.update",
                                        "projects/" + project.projectId(),
                                        "",
                                        "{\"name\":\"other\"}")),
                entry("AdminDeleteProject", this::deletingAProject),
                entry(
                        "AdminSetQuota",
                        () ->
                                ofProject(
                                        "quota.set",
                                        "regions/eu01/quota",
                                        "/quotas/eu01",
                                        "{\"maxLoadBalancers\":3,\"maxCredentials\":3}")),
                entry(
                        "AdminResetQuota",
                        () -> {
                            jdbc.sql("INSERT INTO project_quota VALUES (?, 'eu01', 1, 1)")
                                    .param(project.projectId())
                                    .update();
                            return ofProject(
                                    "quota.reset", "regions/eu01/quota", "/quotas/eu01", null);
                        }),
                entry(
                        "CreateServiceAccount",
                        () ->
                                ofProject(
                                        "service-account.create",
                                        "service-accounts/",
                                        "/service-accounts",
                                        ACCOUNT)),
                entry(
                        "UpdateServiceAccount",
                        () -> ofAccount("service-account.update", "", "{\"role\":\"nlb.reader\"}")),
                entry("DeleteServiceAccount", () -> ofAccount("service-account.delete", "", null)),
                entry(
                        "CreateServiceAccountKey",
                        () -> ofAccount("service-account-key.create", "/keys", "{}")),
                entry("DeleteServiceAccountKey", this::deletingAKey),
                entry(
                        "RotateSigningKey",
                        () -> ofAll("signing-key.create", "signing-keys/", "signing-keys", null)),
                entry("RetireSigningKey", this::retiringASigningKey),
                entry("AdminCreateRegion", this::creatingARegion),
                entry(
                        "AdminUpdateRegion",
                        () ->
                                ofAll(
                                        "region.update",
                                        "regions/" + region,
                                        "regions/" + region,
                                        "{\"displayName\":\"other\"}")),
                entry(
                        "AdminSetPlan",
                        () ->
                                ofAll(
                                        "plan.set",
                                        "regions/" + region + "/plans/p7",
                                        "regions/" + region + "/plans/p7",
                                        PLAN)),
                entry(
                        "AdminRetirePlan",
                        () -> {
                            jdbc.sql("INSERT INTO plan VALUES (?, 'p7', 'n', 'd', 'f', 1)")
                                    .param(region)
                                    .update();
                            return ofAll(
                                    "plan.retire",
                                    "regions/" + region + "/plans/p7",
                                    "regions/" + region + "/plans/p7",
                                    null);
                        }),
                entry(
                        "AdminCreatePriceList",
                        () ->
                                ofAll(
                                        "price-list.create",
                                        "price-lists/",
                                        "price-lists",
                                        priceList())),
                entry(
                        "AdminUpdatePriceList",
                        () -> ofPriceList("update", "{\"validTo\":\"2095-01-01T00:00:00Z\"}")),
                entry("AdminDeletePriceList", () -> ofPriceList("delete", null)));
    }

    private Answer created() {
        return api.create(Payload.onPrivateAddress("web")).isOk();
    }

    private Write tenant(String action, String resource, String path, Object body) {
        var region = "/v2/projects/" + project.projectId() + "/regions/eu01/";
        return new Write(action, project.projectId(), resource, api, region + path, body);
    }

    private Write ofProject(String action, String resource, String path, Object body) {
        var own = "/admin/v1/projects/" + project.projectId();
        return new Write(action, project.projectId(), resource, operator, own + path, body);
    }

    private Write ofAll(String action, String resource, String path, Object body) {
        return new Write(action, null, resource, operator, "/admin/v1/" + path, body);
    }

    private Write ofRules(String path, Object body) {
        created();
        return tenant(
                "load-balancer.update-forwarding-rules",
                WEB,
                "load-balancers/web/forwarding-rules" + path,
                body);
    }

    private static String rule(String name, int port) {
        return """
        {"name": "%s", "port": %d, "backendPort": 8443, "members": [{"ip": "10.0.0.11"}]}
        """
                .formatted(name, port);
    }

    private Write ofCredential(String verb, Object body) {
        var created = api.post("credentials", CREDENTIAL).isOk();
        var ref = created.string("/credential/credentialsRef");
        return tenant(
                "credential." + verb,
                "regions/eu01/credentials/" + ref,
                "credentials/" + ref,
                body);
    }

    private Write revokingAToken() {
        var id =
                jdbc.sql("SELECT id FROM api_token WHERE project_id = ? AND role = 'nlb.reader'")
                        .param(project.projectId())
                        .query(UUID.class)
                        .single();
        return ofProject("token.revoke", "tokens/" + id, "/tokens/" + id, null);
    }

    private Write revokingAnOperatorsToken() {
        var id = operator.post("/admin/v1/tokens", "{\"name\":\"al\"}").isOk().string("/token/id");
        return ofAll("token.revoke", "tokens/" + id, "tokens/" + id, null);
    }

    private Write ofAccount(String action, String path, Object body) {
        var id = account();
        return ofProject(action, "service-accounts/" + id, "/service-accounts/" + id + path, body);
    }

    private Write deletingAKey() {
        var path = "/service-accounts/" + account() + "/keys";
        var own = "/admin/v1/projects/" + project.projectId();
        var key = operator.post(own + path, "{}").isOk().string("/id");
        return ofProject("service-account-key.delete", "service-accounts/", path + "/" + key, null);
    }

    private String account() {
        var path = "/admin/v1/projects/" + project.projectId() + "/service-accounts";
        return operator.post(path, ACCOUNT).isOk().string("/id");
    }

    private Write retiringASigningKey() {
        var id = operator.send("POST", "/admin/v1/signing-keys", null).isOk().string("/id");
        return ofAll("signing-key.retire", "signing-keys/" + id, "signing-keys/" + id, null);
    }

    private Write restoringARevision() {
        var changed =
                Payload.onPrivateAddress("web")
                        .at(created().version())
                        .with("/labels", "{\"a\":\"b\"}");
        var version = api.put("load-balancers/web", changed, "Prefer", "wait=0").isOk().version();
        return tenant(
                "load-balancer.restore",
                WEB,
                "load-balancers/web/revisions/1:restore",
                "{\"version\":\"%s\"}".formatted(version));
    }

    private Write creatingAProject() {
        var id = UUID.randomUUID();
        return new Write(
                "project.create",
                id,
                "projects/" + id,
                operator,
                "/admin/v1/projects",
                "{\"name\":\"x\",\"projectId\":\"%s\"}".formatted(id));
    }

    private Write deletingAProject() {
        var id = anotherProject().projectId();
        return new Write(
                "project.delete", id, "projects/" + id, operator, "/admin/v1/projects/" + id, null);
    }

    private Write creatingARegion() {
        var other = region.replace("au", "av");
        return ofAll(
                "region.create",
                "regions/" + other,
                "regions",
                "{\"region\":\"%s\",\"displayName\":\"x\"}".formatted(other));
    }

    private Write ofPriceList(String verb, Object body) {
        var id = operator.post("/admin/v1/price-lists", priceList()).isOk().string("/priceListId");
        return ofAll("price-list." + verb, "price-lists/" + id, "price-lists/" + id, body);
    }

    private String priceList() {
        return """
        {"region": "%s", "currency": "EUR", "validFrom": "2090-01-01T00:00:00Z",
         "prices": [{"planId": "p10", "hourly": "1"}]}
        """
                .formatted(region);
    }

    private static boolean isRehearsable(JsonNode operation) {
        return operation
                .path("parameters")
                .valueStream()
                .anyMatch(parameter ->
                        parameter.path("name").asString("").equals("dryRun")
                                || parameter.path("$ref").asString("").endsWith("/DryRun")
                                || parameter.path("$ref").asString("").endsWith("/dryRun"));
    }
}
