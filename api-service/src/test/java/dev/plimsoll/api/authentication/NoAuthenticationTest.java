package dev.plimsoll.api.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** For laboratories. */
@TestPropertySource(properties = "plimsoll.api.auth.mode=none")
@DirtiesContext
class NoAuthenticationTest extends ApiTest {

    @Test
    void whoeverSendsNoTokenIsAnAdminOfTheProjectInThePath() {
        var nobody = with("");
        nobody.create(Payload.onStaticAddress("web")).isOk();
        nobody.get("load-balancers/web").isOk();
        nobody.get("/v2/regions/eu01/plans").isOk();
        assertThat(
                        jdbc.sql("SELECT author FROM audit_entry WHERE project_id = ?")
                                .param(project.projectId())
                                .query(String.class)
                                .single())
                .isEqualTo("anyone");
    }

    @Test
    void operatingStillTakesAToken() {
        with("").get("/admin/v1/load-balancers").isProblem(403, 7);
        with(project.operatorToken()).get("/admin/v1/load-balancers").isOk();
    }

    @Test
    void projectMustExist() {
        new ApiClient(base(), UUID.randomUUID(), "").get("load-balancers").isProblem(403, 7);
    }

    @Test
    void tokensThatAreSentMustBeValid() {
        with("wrong").get("load-balancers").isProblem(401, 16);
        with(project.readerToken()).delete("load-balancers/none").isProblem(403, 7);
    }
}
