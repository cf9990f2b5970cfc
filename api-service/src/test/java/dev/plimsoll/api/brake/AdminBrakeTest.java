package dev.plimsoll.api.brake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminBrakeTest extends ApiTest {
    private static final String BRAKE = "/admin/v1/brake";

    @AfterEach
    void disengage() {
        jdbc.sql(
                        """
                        UPDATE brake SET engaged_at = NULL, dead = 0, places = 0, allowed = 0,
                            released_at = NULL, released_by = NULL
                        """)
                .update();
    }

    @Test
    void operatorSeesTheBrakeAndReleasesIt() {
        var operator = with(project.operatorToken());
        assertThat(operator.get(BRAKE).isOk().json().path("engaged").asBoolean()).isFalse();
        jdbc.sql("UPDATE brake SET engaged_at = now(), dead = 31, places = 100, allowed = 20")
                .update();
        var engaged = operator.get(BRAKE).isOk().json();
        assertThat(engaged.path("engaged").asBoolean()).isTrue();
        assertThat(engaged.path("dead").asInt()).isEqualTo(31);
        assertThat(engaged.has("releasedAt")).isFalse();

        var released = operator.send("POST", BRAKE + ":release", null).isOk();

        assertThat(released.json().has("releasedAt")).isTrue();
        assertThat(released.string("/releasedBy")).startsWith("token:test operator:");
        with(project.adminToken()).get(BRAKE).isProblem(403, 7);
    }
}
