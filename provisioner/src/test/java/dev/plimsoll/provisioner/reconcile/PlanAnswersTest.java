package dev.plimsoll.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.Heartbeat;
import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.machine.BrakeSettings;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.file.Path;
import java.sql.Types;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is answered of an order that is not given yet, and what becomes of it when it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlanAnswersTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ORDER = Orders.ephemeral(80, "127.0.0.1");
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Ground ground = new Ground();
    private TestProvisioner provisioner;
    private PlanAnswers answers;
    private LoadBalancerId id;

    @BeforeAll
    void start(@TempDir Path folder) {
        provisioner = new TestProvisioner(ground, folder);
        answers =
                new PlanAnswers(
                        ground.database(),
                        provisioner.driver,
                        MoveSettings.DEFAULT,
                        BrakeSettings.DEFAULT,
                        InstantSource.system(),
                        provisioner.meters);
    }

    @AfterAll
    void stop() {
        provisioner.close();
        ground.close();
    }

    @BeforeEach
    void served() {
        provisioner.driver.shapes = _ -> "";
        id = ground.order("plan-" + NAMES.incrementAndGet(), ORDER);
        await().atMost(LIMIT).until(this::isRedundant);
    }

    @Test
    void documentThatIsAnsweredIsTheOneThatIsPublished() {
        var wanted = ORDER.replace("127.0.0.1", "127.0.0.2");

        var plan = answered(wanted);

        assertThat(newestDocument()).doesNotContain("127.0.0.2");
        assertThat(plan.path("obstacle").isNull()).isTrue();
        ground.update(id, wanted);
        await().atMost(LIMIT).until(() -> newestDocument().contains("127.0.0.2"));
        assertThat(plan.path("document").asString()).isEqualTo(newestDocument());
    }

    @Test
    void machinesThatAreNamedAreReplacedAndNoneBefore() {
        var before = machines();
        provisioner.driver.shapes = connections -> connections > 10_000 ? "large" : "";
        var wanted = ORDER.replace("p10", "p50");

        var plan = answered(wanted);

        assertThat(replaced(plan)).containsExactlyInAnyOrderElementsOf(before);
        assertThat(plan.path("drainMillis").asLong())
                .isEqualTo(MoveSettings.DEFAULT.drain().toMillis());
        assertThat(machines()).isEqualTo(before);
        ground.update(id, wanted);
        await().atMost(LIMIT)
                .untilAsserted(() -> {
                    var owned = provisioner.driver.owned(id);
                    owned.forEach(it -> provisioner.driver.agent(it).say(new Heartbeat(0)));
                    assertThat(owned).hasSize(2).doesNotContainAnyElementsOf(before);
                });
        await().atMost(LIMIT).until(this::isRedundant);
    }

    @Test
    void planThatMakesNoOtherMachinesReplacesNone() {
        var before = machines();
        var wanted = ORDER.replace("p10", "p50");

        assertThat(replaced(answered(wanted))).isEmpty();

        ground.update(id, wanted);
        await().atMost(LIMIT)
                .until(() ->
                        newestDocument().contains("\"maxConnections\":50000") && isRedundant());
        assertThat(machines()).isEqualTo(before);
    }

    @Test
    void machinesThatGoForAnotherReasonAreNotTheChanges() {
        provisioner.driver.shapes = _ -> "other";

        assertThat(replaced(answered(ORDER.replace("127.0.0.1", "127.0.0.3")))).isEmpty();
    }

    @Test
    void portOfAnotherLoadBalancerIsAnObstacle() {
        var other = "other-" + NAMES.get();
        var taken = ground.order(other, Orders.fixed("192.0.2.77", 443, "127.0.0.1"));
        await().atMost(LIMIT).until(() -> ground.isReady(taken));

        var plan = answered(Orders.fixed("192.0.2.77", 443, "127.0.0.1"));

        assertThat(plan.path("obstacle").path("errorType").asString())
                .isEqualTo(Plan.ADDRESS_TAKEN);
        assertThat(plan.path("obstacle").path("message").asString()).contains("192.0.2.77");
    }

    @Test
    void endNeedsNoDocument() {
        var plan = answered(null);

        assertThat(plan.path("document").isNull()).isTrue();
        assertThat(ground.isReady(id)).isTrue();
    }

    @Test
    void nobodyIsAnsweredWhoDoesNotWait() {
        var late = asked(id.value(), ORDER, -1);
        var ofNothing = asked(UUID.randomUUID(), ORDER, 10);
        answers.onInquiry(late);
        answers.onInquiry(ofNothing);

        answered(ORDER);

        assertThat(answer(late)).isEmpty();
        assertThat(answer(ofNothing)).isEmpty();
    }

    private boolean isRedundant() {
        return ground.isReady(id) && ground.condition(id, "REDUNDANT").equals("TRUE STANDBY");
    }

    private List<MachineId> machines() {
        return provisioner.living(id, "'ACTIVE', 'STANDBY'");
    }

    private static List<MachineId> replaced(JsonNode plan) {
        return plan.path("replaced").valueStream().map(it -> MachineId.of(it.asString())).toList();
    }

    private JsonNode answered(String document) {
        var inquiry = asked(id.value(), document, 30);
        answers.onInquiry(inquiry);
        await().atMost(LIMIT).until(() -> !answer(inquiry).isEmpty());
        return JsonMapper.shared().readTree(answer(inquiry));
    }

    private UUID asked(UUID loadBalancer, String document, int seconds) {
        var inquiry = UUID.randomUUID();
        ground.sql()
                .sql(
                        """
                        insert into agent_inquiry (id, load_balancer_id, kind, document, expires_at)
                        values (:id, :loadBalancer, 'PLAN', :document,
                            clock_timestamp() + :seconds * interval '1 second')
                        """)
                .param("id", inquiry)
                .param("loadBalancer", loadBalancer)
                .param("document", document, Types.VARCHAR)
                .param("seconds", seconds)
                .update();
        return inquiry;
    }

    private String answer(UUID inquiry) {
        return ground.sql()
                .sql("select coalesce(answer::text, '') from agent_inquiry where id = :id")
                .param("id", inquiry)
                .query(String.class)
                .single();
    }

    private String newestDocument() {
        return ground.ask(
                """
                select document from config_revision
                where load_balancer_id = :id order by revision desc limit 1
                """,
                id,
                String.class);
    }
}
