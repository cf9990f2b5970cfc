package dev.plimsoll.api.authority;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminCertificateAuthoritiesTest extends ApiTest {
    private static final String AUTHORITIES = "/admin/v1/certificate-authorities";

    @BeforeEach
    @AfterEach
    void forget() {
        jdbc.sql("DELETE FROM certificate_authority").update();
    }

    @Test
    void operatorOrdersOneAndAskingAgainChangesNothing() {
        var operator = with(project.operatorToken());

        var ordered = operator.send("POST", AUTHORITIES + ":rotate", null).isOk();
        var again = operator.send("POST", AUTHORITIES + ":rotate", null).isOk();

        assertThat(ordered.string("/state")).isEqualTo("ORDERED");
        assertThat(again.string("/id")).isEqualTo(ordered.string("/id"));
        assertThat(operator.get(AUTHORITIES).isOk().json().path("certificateAuthorities"))
                .hasSize(1);
        with(project.adminToken()).get(AUTHORITIES).isProblem(403, 7);
        with(project.adminToken()).send("POST", AUTHORITIES + ":rotate", null).isProblem(403, 7);
    }

    @Test
    void stateAndProgressAreShownAndTheKeyIsNot() {
        insert("ISSUING");

        var listed = with(project.operatorToken()).get(AUTHORITIES).isOk();

        assertThat(listed.string("/certificateAuthorities/0/state")).isEqualTo("ISSUING");
        assertThat(listed.string("/certificateAuthorities/0/sha256")).hasSize(64);
        assertThat(
                        listed.json()
                                .path("certificateAuthorities")
                                .get(0)
                                .path("certifiesAgents")
                                .asInt())
                .isZero();
        assertThat(listed.json().toString()).doesNotContain("PRIVATE", "sealed");
    }

    @Test
    void noMoreAreOrderedWhileManyAreStillInUse() {
        IntStream.range(0, 4).forEach(_ -> insert("RETIRING"));

        with(project.operatorToken()).send("POST", AUTHORITIES + ":rotate", null).isProblem(409, 9);
    }

    /** As a provisioner would have made it; the certificate is none, and nobody here reads it. */
    private void insert(String state) {
        jdbc.sql(
                        """
                        INSERT INTO certificate_authority
                            (id, state, certificate_pem, private_key_sealed, expires_at)
                        VALUES (gen_random_uuid(), :state, '-----BEGIN CERTIFICATE-----
                        MIIB
                        -----END CERTIFICATE-----', '\\x00', now())
                        """)
                .param("state", state)
                .update();
    }
}
