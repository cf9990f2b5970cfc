package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However many load balancers there are, a list is one query, and a token's check another. */
class QueryCountTest extends ApiTest {
    private static final String[] AT_ONCE = {"Prefer", "wait=0"};

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
        var payload = Payload.onPrivateAddress("one-more");
        assertThat(sent(() -> api.create(payload))).isLessThanOrEqualTo(12);
        var path = "load-balancers/one-more";
        var version = api.get(path).version();
        var changed = payload.at(version).with("/listeners/0/port", "81");
        assertThat(sent(() -> api.put(path, payload.at(version), AT_ONCE))).isLessThanOrEqualTo(5);
        assertThat(sent(() -> api.put(path, changed, AT_ONCE))).isLessThanOrEqualTo(10);
        var pool = "{\"targetPort\":1,\"targets\":[{\"ip\":\"10.0.0.1\"}]}";
        assertThat(sent(() -> api.put(path + "/target-pools/web", pool, AT_ONCE)))
                .isLessThanOrEqualTo(9);
        assertThat(sent(() -> api.delete(path))).isLessThanOrEqualTo(7);
    }

    @Test
    void idempotencyKeyTakesFourMoreAndItsRepetitionThree() {
        var payload = Payload.onPrivateAddress("one-more");
        var key = new String[] {"Idempotency-Key", "k"};
        assertThat(sent(() -> api.create(payload, key))).isLessThanOrEqualTo(16);
        assertThat(sent(() -> api.create(payload, key))).isEqualTo(3);
    }

    /**
     * Names are looked up by an index, once an installation is so large that a sequential scan
     * costs more; here it does not always.
     */
    @Test
    void oneIsFoundByItsNameThroughTheIndex() throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL enable_seqscan = off");
            var plan = new StringBuilder();
            try (var rows =
                    statement.executeQuery(
                            """
                            EXPLAIN SELECT id FROM load_balancer
                            WHERE project_id = '%s' AND region_id = 'eu01' AND name = 'lb-1'
                              AND removed_at IS NULL
                            """
                                    .formatted(project.projectId()))) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append(' ');
                }
            }
            assertThat(plan.toString())
                    .containsPattern("Index Scan using load_balancer_(name|history)")
                    .containsPattern("Index Cond: .*name = ");
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private int sent(Supplier<Answer> request) {
        return statements.during(() -> request.get().isOk());
    }
}
