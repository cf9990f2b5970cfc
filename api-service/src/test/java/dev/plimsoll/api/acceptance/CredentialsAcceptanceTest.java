package dev.plimsoll.api.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import org.junit.jupiter.api.Test;

/** What clients rely on with credentials for observability. */
class CredentialsAcceptanceTest extends ApiTest {
    private static final String PASSWORD = "s3cret-of-the-test";

    @Test
    void credentialsAreKeptWithoutEverShowingTheirPassword() {
        var created = create("metrics").isOk();
        var reference = reference(created);
        assertThat(reference).matches("credentials-[0-9a-z]{5,}");
        assertThat(created.string("/credential/displayName")).isEqualTo("metrics");
        assertThat(created.string("/credential/username")).isEqualTo("u");
        assertThat(created.string("/credential/region")).isEqualTo("eu01");
        var list = api.get("credentials").isOk();
        var read = api.get("credentials/" + reference).isOk();
        assertThat(list.json().at("/credentials/0")).isEqualTo(created.json().path("credential"));
        assertThat(read.json()).isEqualTo(created.json());

        var changed =
                api.put("credentials/" + reference, body("metrics").replace("\"u\"", "\"other\""))
                        .isOk();
        assertThat(changed.string("/credential/username")).isEqualTo("other");
        assertThat(created.text() + list.text() + read.text() + changed.text())
                .doesNotContain(PASSWORD)
                .doesNotContain("password");
    }

    @Test
    void removedCredentialsAreGoneAndStayRemovable() {
        var reference = reference(create("metrics").isOk());
        api.delete("credentials/" + reference).isOk();
        api.get("credentials/" + reference).isProblem(404, 5);
        api.delete("credentials/" + reference).isOk();
    }

    @Test
    void displayNamesMayRepeat() {
        create("metrics").isOk();
        create("metrics").isOk();
        assertThat(api.get("credentials").isOk().json().path("credentials")).hasSize(2);
    }

    @Test
    void repetitionWithTheSameKeyMakesNoSecondCredentials() {
        var first = create("metrics", "Idempotency-Key", "k").isOk();
        var again = create("metrics", "Idempotency-Key", "k").isOk();
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(api.get("credentials").json().path("credentials")).hasSize(1);
        api.post(
                        "credentials",
                        body("metrics").replace(PASSWORD, "another"),
                        "Idempotency-Key",
                        "k")
                .isProblem(422, 9);
    }

    @Test
    void credentialsInUseStayUntilTheLoadBalancerLetsThemGo() {
        var reference = reference(create("metrics").isOk());
        var payload = Payload.onStaticAddress("web");
        var observed =
                payload.with(
                        "/options",
                        """
                        {"observability":{"metrics":{"credentialsRef":"%s",
                         "pushUrl":"https://push.example/"}}}
                        """
                                .formatted(reference));
        var version = api.create(observed).isOk().version();
        api.delete("credentials/" + reference).isProblem(400, 9);
        api.put("load-balancers/web", payload.at(version), "Prefer", "wait=0").isOk();
        api.delete("credentials/" + reference).isOk();
    }

    private Answer create(String name, String... headers) {
        return api.post("credentials", body(name), headers);
    }

    private static String body(String name) {
        return """
        {"displayName": "%s", "username": "u", "password": "%s"}
        """
                .formatted(name, PASSWORD);
    }

    private static String reference(Answer created) {
        return created.string("/credential/credentialsRef");
    }
}
