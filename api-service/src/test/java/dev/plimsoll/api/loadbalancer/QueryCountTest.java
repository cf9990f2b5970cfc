package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However many load balancers there are, a list is one query, and a token's check another. */
class QueryCountTest extends ApiTest {
    @BeforeEach
    void someLoadBalancers() {
        for (int i = 0; i < 5; i++) {
            api.create(Payload.onPrivateAddress("lb-" + i)).isOk();
        }
    }

    @Test
    void readsTakeTwoQueriesEach() {
        assertThat(statements.during(() -> api.get("load-balancers").isOk())).isEqualTo(2);
        assertThat(statements.during(() -> api.get("load-balancers/lb-1").isOk())).isEqualTo(2);
        assertThat(
                        statements.during(() ->
                                with(project.operatorToken())
                                        .get("/admin/v1/load-balancers")
                                        .isOk()))
                .isEqualTo(3);
    }

    @Test
    void writesTakeABoundNumber() {
        assertThat(statements.during(() -> api.create(Payload.onPrivateAddress("one-more")).isOk()))
                .isLessThanOrEqualTo(12);
    }
}
