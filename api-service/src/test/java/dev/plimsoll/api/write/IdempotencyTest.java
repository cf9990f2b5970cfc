package dev.plimsoll.api.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

class IdempotencyTest extends ApiTest {
    private static final String HEADER = "Idempotency-Key";
    private static final String KEY = "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"";

    @Autowired private Idempotency idempotency;

    private final Payload payload = Payload.onEphemeralAddress("web");

    @Test
    void repetitionGetsTheFirstAnswerAndDoesNothing() {
        var first = create(payload).isOk();
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        world.serves(world.id(project.projectId(), "web"));
        var again = create(payload).isOk();
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.header("X-Request-Id")).isNotEqualTo(first.header("X-Request-Id"));
        assertThat(revisions()).isEqualTo(1);
    }

    @Test
    void requestIsTheSameWhateverItsSpelling() {
        var first = create(payload.with("/labels", "{\"a\":\"1\",\"b\":\"2\"}")).isOk();
        var spelled = Payload.of(payload.with("/labels", "{\"b\":\"2\",\"a\":\"1\"}").json());
        var again = api.post("load-balancers", spelled.json().toPrettyString(), HEADER, bare());
        assertThat(again.isOk().text()).isEqualTo(first.text());
    }

    @Test
    void otherRequestWithTheSameKeyIsRefused() {
        create(payload).isOk();
        create(payload.with("/planId", "\"p50\"")).isProblem(422, 9);
        api.inRegion("eu02").create(payload, HEADER, KEY).isProblem(422, 9);
        assertThat(revisions()).isEqualTo(1);
    }

    @Test
    void keysOfCallersAndProjectsAreTheirOwn() {
        create(payload).isOk();
        var other = anotherProject();
        var theirs =
                new dev.plimsoll.api.support.ApiClient(
                        base(), other.projectId(), other.adminToken());
        assertThat(theirs.create(payload, HEADER, KEY).isOk().header("Idempotency-Replayed"))
                .isEmpty();
    }

    @Test
    void failureIsNotKept() {
        create(payload.with("/planId", "\"p25\"")).blames("/planId");
        create(payload).isOk();
    }

    @Test
    void answerIsThatOfTheWriteNotOfTheWaitAfterIt() {
        var first = api.create(payload, HEADER, KEY, "Prefer", "wait=1").isOk();
        assertThat(create(payload).isOk().text()).isEqualTo(first.text());
    }

    @Test
    void expiredKeyIsAsGoodAsNew() {
        create(payload).isOk();
        expire();
        create(payload).isProblem(409, 6);
        create(payload.with("/name", "\"other\"")).isOk();
    }

    @Test
    void expiredKeysAreSweptInBatches() {
        for (int i = 0; i < 3; i++) {
            api.create(payload.with("/name", "\"lb-" + i + "\""), HEADER, "k" + i).isOk();
        }
        expire();
        api.create(payload, HEADER, "fresh").isOk();
        assertThat(idempotency.sweep(2)).isTrue();
        while (idempotency.sweep(2)) {
            assertThat(keys()).isPositive();
        }
        assertThat(keys()).isEqualTo(1);
    }

    @Test
    void projectThatHasTooManyKeysIsToldSo() {
        jdbc.sql(
                        """
                        INSERT INTO idempotency_key
                        SELECT ?, encode(sha256(i::text::bytea), 'hex'), repeat('0', 64),
                               now() + interval '1 hour', 200, '{}', '{}'
                        FROM generate_series(1, 10000) i
                        """)
                .param(project.projectId())
                .update();
        create(payload).isProblem(429, 8);
        api.create(payload).isOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"\"", "a b", "\"a"})
    void malformedKeyIsRefused(String wrong) {
        api.create(payload, HEADER, wrong).blames("#header/Idempotency-Key");
        api.create(payload, HEADER, "k".repeat(256)).blames("#header/Idempotency-Key");
    }

    @Test
    void manyAtOnceAreOneWrite() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 10; round++) {
                var body = payload.with("/name", "\"lb-" + round + "\"");
                var key = UUID.randomUUID().toString();
                var calls =
                        IntStream.range(0, 20)
                                .<Callable<Answer>>mapToObj(
                                        _ -> () -> api.create(body, HEADER, key))
                                .toList();
                var answers = threads.invokeAll(calls).stream().map(Future::resultNow).toList();
                assertThat(answers).allSatisfy(Answer::isOk);
                assertThat(answers.stream().map(Answer::text).distinct()).hasSize(1);
                assertThat(answers)
                        .filteredOn(it -> it.header("Idempotency-Replayed").isEmpty())
                        .hasSize(1);
            }
        }
        assertThat(revisions()).isEqualTo(10);
    }

    @Test
    void serviceThatDiesBeforeTheCommitLeavesNeitherWriteNorKey() throws Exception {
        try (var holder = database.getConnection()) {
            limit();
            holder.setAutoCommit(false);
            lockProject(holder);
            var dying =
                    CompletableFuture.supplyAsync(
                            () -> create(payload), Thread::startVirtualThread);
            await().until(() -> waiting() == 1);
            terminateWaiting();
            dying.join().isProblem(503, 14);
            holder.rollback();
        }
        assertThat(keys() + revisions()).isZero();
        assertThat(create(payload).isOk().header("Idempotency-Replayed")).isEmpty();
        assertThat(create(payload).isOk().header("Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void dryRunNeitherUsesNorMakesAKey() {
        api.post("load-balancers?dryRun=true", payload, HEADER, KEY).isOk();
        assertThat(keys()).isZero();
        create(payload).isOk();
        api.post("load-balancers?dryRun=true", payload, HEADER, KEY).isProblem(409, 6);
    }

    @Test
    void keyItselfIsNotInTheDatabase() {
        create(payload).isOk();
        assertThat(
                        jdbc.sql("SELECT * FROM idempotency_key WHERE project_id = ?")
                                .param(project.projectId())
                                .query()
                                .singleRow()
                                .toString())
                .doesNotContain(bare())
                .doesNotContain(project.adminToken());
    }

    @Test
    void answerAndWriteFailTogether() {
        var key = IdempotencyKey.of(project.projectId(), "me", "k", "request");
        assertThatThrownBy(() ->
                        idempotency.once(
                                key,
                                () -> project.projectId(),
                                _ -> new StoredAnswer(500, Map.of(), "{}")))
                .isInstanceOf(org.springframework.dao.DataIntegrityViolationException.class);
        assertThat(keys()).isZero();
    }

    private Answer create(Payload body) {
        return api.create(body, HEADER, KEY);
    }

    private static String bare() {
        return KEY.replace("\"", "");
    }

    private void limit() {
        jdbc.sql("INSERT INTO project_quota VALUES (?, 'eu01', 5, -1)")
                .param(project.projectId())
                .update();
    }

    private void lockProject(Connection connection) throws Exception {
        try (var statement =
                connection.prepareStatement(
                        "SELECT 1 FROM project WHERE id = ? FOR NO KEY UPDATE")) {
            statement.setObject(1, project.projectId());
            statement.execute();
        }
    }

    private List<Integer> waitingPids() {
        return jdbc.sql(
                        """
                        SELECT pid FROM pg_stat_activity
                        WHERE wait_event_type = 'Lock' AND query LIKE '%FOR NO KEY UPDATE%'
                        """)
                .query(Integer.class)
                .list();
    }

    private int waiting() {
        return waitingPids().size();
    }

    private void terminateWaiting() {
        waitingPids()
                .forEach(pid ->
                        jdbc.sql("SELECT pg_terminate_backend(?)")
                                .param(pid)
                                .query(Boolean.class)
                                .single());
    }

    private void expire() {
        jdbc.sql("UPDATE idempotency_key SET expires_at = now() WHERE project_id = ?")
                .param(project.projectId())
                .update();
    }

    private long keys() {
        return jdbc.sql("SELECT count(*) FROM idempotency_key WHERE project_id = ?")
                .param(project.projectId())
                .query(Long.class)
                .single();
    }

    private long revisions() {
        return jdbc.sql(
                        """
                        SELECT count(*) FROM load_balancer_revision r
                        JOIN load_balancer lb ON lb.id = r.load_balancer_id
                        WHERE lb.project_id = ?
                        """)
                .param(project.projectId())
                .query(Long.class)
                .single();
    }
}
