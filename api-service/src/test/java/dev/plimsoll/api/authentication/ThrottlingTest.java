package dev.plimsoll.api.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.KeyFile;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(
        properties = {
            "plimsoll.api.auth.failures.burst=5",
            "plimsoll.api.auth.failures.per-minute=1"
        })
class ThrottlingTest extends ApiTest {

    @Test
    void tooManyFailuresAreToldToWaitAndValidTokensAreNot() {
        var nobody = with("");
        var wrong = with("plm_" + "x".repeat(43));
        for (int i = 0; i < 20; i++) {
            // Some clients send their first request without a token on purpose.
            nobody.get("load-balancers").isProblem(401, 16);
        }
        for (int i = 0; i < 5; i++) {
            wrong.get("load-balancers").isProblem(401, 16);
        }
        var answer = wrong.get("load-balancers").isProblem(429, 8);
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 61);
        with("a.b.c").get("load-balancers").isProblem(429, 8);
        KeyFile.exchange(nobody, KeyFile.BY_ASSERTION, "assertion", "x").isProblem(429, 8);
        api.get("load-balancers").isOk();
        nobody.get("load-balancers").isProblem(401, 16);
        KeyFile.accessToken(
                with(project.operatorToken()), project.projectId(), "valid", "nlb.admin");
    }
}
