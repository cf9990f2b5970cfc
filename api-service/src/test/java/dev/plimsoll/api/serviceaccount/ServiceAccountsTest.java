package dev.plimsoll.api.serviceaccount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.KeyFile;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ServiceAccountsTest extends ApiTest {
    private ApiClient operator;
    private String accounts;

    @BeforeEach
    void anOperator() {
        operator = with(project.operatorToken());
        accounts = "/admin/v1/projects/" + project.projectId() + "/service-accounts";
    }

    @Test
    void accountHasRolesInSeveralProjects() {
        var other = anotherProject();
        var body =
                "{\"name\":\"ci\",\"role\":\"nlb.reader\",\"otherRoles\":[{\"projectId\":\"%s\",\"role\":\"nlb.admin\"}]}"
                        .formatted(other.projectId());
        var created = operator.post(accounts, body).isOk();
        var path = accounts + "/" + created.string("/id");
        assertThat(operator.get(path).isOk().json()).isEqualTo(created.json());
        var file = new KeyFile(operator.post(path + "/keys", "{}").isOk().json());
        var token = file.accessToken(with(""));
        with(token).get("load-balancers").isOk();
        with(token).delete("load-balancers/none").isProblem(403, 7);
        var there = new ApiClient(base(), other.projectId(), token);
        there.delete("load-balancers/none").isOk();
        operator.put(path, "{\"role\":\"nlb.reader\"}").isOk();
        there.get("load-balancers").isProblem(403, 7);
    }

    @Test
    void uploadedKeyLeavesThePrivateHalfWithItsOwner() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(3072);
        var pair = generator.generateKeyPair();
        var path = accounts + "/" + create("uploader");
        var answer = operator.post(path + "/keys", publicKey(pair.getPublic().getEncoded())).isOk();
        assertThat(answer.text()).doesNotContain("privateKey");
        assertThat(answer.string("/keyOrigin")).isEqualTo("USER_PROVIDED");
        assertThat(answer.string("/keyAlgorithm")).isEqualTo("RSA_3072");
        var file = new KeyFile(answer.json());
        var assertion =
                file.signed(
                        com.nimbusds.jose.JWSAlgorithm.RS512,
                        file.credential("kid"),
                        pair.getPrivate(),
                        it -> it);
        KeyFile.exchange(with(""), KeyFile.BY_ASSERTION, "assertion", assertion).isOk();
        assertThat(operator.get(path + "/keys").string("/keys/0/lastUsedAt")).isNotEmpty();
    }

    @Test
    void weakAndStrangeKeysAreRefused() throws Exception {
        var keys = accounts + "/" + create("weak") + "/keys";
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        operator.post(keys, publicKey(generator.generateKeyPair().getPublic().getEncoded()))
                .blames("/publicKey");
        var curve = KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
        operator.post(keys, publicKey(curve.getEncoded())).blames("/publicKey");
        operator.post(keys, "{\"publicKey\":\"hello\"}").blames("/publicKey");
        operator.post(keys, "{\"validUntil\":\"2020-01-01T00:00:00Z\"}").blames("/validUntil");
    }

    @Test
    void keysAreBounded() {
        var keys = accounts + "/" + create("many") + "/keys";
        for (int i = 0; i < 10; i++) {
            operator.post(keys, "{}").isOk();
        }
        assertThat(operator.post(keys, "{}").isProblem(400, 3).string("/message"))
                .contains("at most 10 keys");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "{\"role\":\"nlb.admin\"}; /name",
                "{\"name\":\"Upper\",\"role\":\"nlb.admin\"}; /name",
                "{\"name\":\"ok\"}; /role",
                "{\"name\":\"ok\",\"role\":\"operator\"}; /role",
                "{\"name\":\"ok\",\"role\":\"nlb.admin\",\"otherRoles\":[{\"projectId\":\"x\",\"role\":\"nlb.admin\"}]};"
                    + " /otherRoles/0/projectId",
                "{\"name\":\"ok\",\"role\":\"nlb.admin\",\"otherRoles\":[{\"projectId\":\"2438ac3c-37eb-4902-adef-ed16b4431030\",\"role\":\"nlb.admin\"}]};"
                    + " /otherRoles/0/projectId"
            })
    void whatIsWrongIsNamed(String body, String pointer) {
        operator.post(accounts, body).blames(pointer);
    }

    @Test
    void nameIsTakenInItsProjectOnly() {
        create("twice");
        operator.post(accounts, body("twice")).isProblem(409, 6);
        var other = "/admin/v1/projects/" + anotherProject().projectId() + "/service-accounts";
        operator.post(other, body("twice")).isOk();
    }

    @Test
    void accountsOfOtherProjectsAreNotFound() {
        var id = create("mine");
        var other = "/admin/v1/projects/" + anotherProject().projectId() + "/service-accounts/";
        operator.get(other + id).isProblem(404, 5);
        operator.put(other + id, "{\"role\":\"nlb.admin\"}").isProblem(404, 5);
        operator.delete(other + id).isProblem(404, 5);
        operator.post(other + id + "/keys", "{}").isProblem(404, 5);
        operator.get(accounts + "/" + UUID.randomUUID()).isProblem(404, 5);
    }

    @Test
    void listsGoPageByPage() {
        var made = List.of(create("a"), create("b"), create("c"));
        var seen = new ArrayList<String>();
        var page = operator.get(accounts + "?pageSize=2").isOk();
        page.json().path("serviceAccounts").forEach(it -> seen.add(it.path("id").asString()));
        page = operator.get(accounts + "?pageSize=2&pageId=" + page.string("/nextPageId")).isOk();
        page.json().path("serviceAccounts").forEach(it -> seen.add(it.path("id").asString()));
        assertThat(seen).containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    void everyWriteIsInTheAudit() {
        var id = create("audited");
        var path = accounts + "/" + id;
        var key = operator.post(path + "/keys", "{}").isOk().string("/id");
        operator.delete(path + "/keys/" + key).isOk();
        operator.put(path, "{\"role\":\"nlb.reader\"}").isOk();
        operator.delete(path).isOk();
        assertThat(
                        jdbc.sql(
                                        "SELECT action || ' ' || resource FROM audit_entry WHERE"
                                                + " project_id = ? ORDER BY id")
                                .param(project.projectId())
                                .query(String.class)
                                .list())
                .containsExactly(
                        "service-account.create service-accounts/" + id,
                        "service-account-key.create service-accounts/" + id + "/keys/" + key,
                        "service-account-key.delete service-accounts/" + id + "/keys/" + key,
                        "service-account.update service-accounts/" + id,
                        "service-account.delete service-accounts/" + id);
    }

    private String create(String name) {
        return operator.post(accounts, body(name)).isOk().string("/id");
    }

    private static String body(String name) {
        return "{\"name\":\"" + name + "\",\"role\":\"nlb.admin\"}";
    }

    private static String publicKey(byte[] encoded) {
        var pem =
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                        + "\n-----END PUBLIC KEY-----\n";
        return JsonMapper.shared().createObjectNode().put("publicKey", pem).toString();
    }
}
