package dev.plimsoll.api.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.InParallel;
import dev.plimsoll.api.support.Past;
import dev.plimsoll.api.support.Payload;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The database meters when it happens; the code derives it again and gets the same. */
class MeteringTest extends ApiTest {
    private static final String[] AT_ONCE = {"Prefer", "wait=0"};
    private static final Instant MORNING = Instant.parse("2026-11-02T09:00:00Z");

    @Autowired private UsageComparisons comparisons;
    @Autowired private UsageVerifier verifier;
    @Autowired private MeterRegistry meters;

    private Past past;
    private ApiClient operator;

    @BeforeEach
    void past() {
        past = new Past(jdbc, project.projectId());
        operator = with(project.operatorToken());
    }

    @Test
    void useIsMeteredFromTheFirstReadyThroughTheApi() {
        var version = api.create(Payload.onPrivateAddress("web")).isOk().version();
        var id = world.id(project.projectId(), "web");
        assertThat(rows(id)).isEmpty();

        world.serves(id);
        var labelled = Payload.onPrivateAddress("web").at(version).with("/labels", "{\"a\":\"b\"}");
        version = api.put("load-balancers/web", labelled, AT_ONCE).isOk().version();
        assertThat(rows(id)).containsExactly("p10 open");
        var larger = Payload.onPrivateAddress("web").at(version).with("/planId", "\"p50\"");
        api.put("load-balancers/web?dryRun=true", larger).isOk();
        assertThat(rows(id)).containsExactly("p10 open");
        api.put("load-balancers/web", larger, AT_ONCE).isOk();
        assertThat(rows(id)).containsExactly("p10 closed", "p50 open");
        api.delete("load-balancers/web").isOk();

        assertThat(rows(id)).containsExactly("p10 closed", "p50 closed");
        everythingIsIntact();
    }

    private List<String> rows(UUID id) {
        return jdbc.sql(
                        """
                        SELECT plan_id || CASE WHEN ends_at IS NULL THEN ' open' ELSE ' closed' END
                        FROM usage_interval WHERE load_balancer_id = ? ORDER BY id
                        """)
                .param(id)
                .query(String.class)
                .list();
    }

    @Test
    void whatIsNeverReadyIsNotMetered() {
        var id = past.orders("eu01", "web", "p10", MORNING, Map.of());
        past.changes(id, "p50", MORNING.plusSeconds(60), Map.of());
        past.isDeleted(id, MORNING.plusSeconds(120));
        assertThat(metered(id)).isEmpty();
        everythingIsIntact();
    }

    @Test
    void createdAndDeletedWithinASecondIsNoUse() {
        var id = past.orders("eu01", "web", "p10", MORNING, Map.of());
        past.becomesReady(id, MORNING.plusMillis(100));
        past.isDeleted(id, MORNING.plusMillis(900));
        assertThat(metered(id)).isEmpty();
        everythingIsIntact();
    }

    @Test
    void readinessThatComesAfterTheDeletionIsNoUse() {
        var id = past.orders("eu01", "web", "p10", MORNING, Map.of());
        past.isDeleted(id, MORNING.plusSeconds(1));
        past.becomesReady(id, MORNING.plusSeconds(2));
        assertThat(metered(id)).isEmpty();
        everythingIsIntact();
    }

    /** Revisions, readiness and deletion in any order, by a clock that jumps. */
    @Test
    void whateverTheClockDoesMeteredAndDerivedAreTheSame() {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        for (int i = 0; i < 150; i++) {
            life("lb-" + i, random);
        }

        var pages = new ArrayList<Comparison>();
        var page = comparisons.ofProject(project.projectId(), 40, null);
        pages.addAll(page.items());
        while (page.nextPageId() != null) {
            page = comparisons.ofProject(project.projectId(), 40, page.nextPageId());
            pages.addAll(page.items());
        }

        assertThat(pages).hasSize(150).allMatch(Comparison::isMatch);
        assertThat(pages.stream().mapToInt(it -> it.metered().size()).sum()).isGreaterThan(150);
        for (var comparison : pages) {
            isInOrder(comparison.metered());
        }
    }

    private void life(String name, RandomGenerator random) {
        var id = past.orders("eu01", name, "p10", jump(random), Map.of());
        int readyAfter = random.nextInt(5);
        for (int i = 0; i < 5; i++) {
            if (i == readyAfter) {
                past.becomesReady(id, jump(random));
            }
            past.changes(id, random.nextBoolean() ? "p10" : "p50", jump(random), Map.of());
        }
        if (random.nextBoolean()) {
            past.isDeleted(id, jump(random));
        }
    }

    private static Instant jump(RandomGenerator random) {
        return MORNING.plusMillis(random.nextLong(20_000));
    }

    private static void isInOrder(List<Interval> intervals) {
        for (int i = 1; i < intervals.size(); i++) {
            assertThat(intervals.get(i).from()).isEqualTo(intervals.get(i - 1).to());
        }
    }

    @Test
    void readinessAndPlanChangesThatMeetAreMeteredOnce() {
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < 10; i++) {
            ids.add(past.orders("eu01", "lb-" + i, "p10", MORNING, Map.of()));
        }
        for (var id : ids) {
            var _ =
                    InParallel.run(
                            2,
                            List.of(
                                    Executors.callable(() -> past.becomesReady(id, MORNING)),
                                    Executors.callable(
                                            () -> past.changes(id, "p50", MORNING, Map.of()))));
        }
        everythingIsIntact();
        for (var id : ids) {
            assertThat(metered(id).getLast().planId()).isEqualTo("p50");
            assertThat(metered(id).getLast().isOpen()).isTrue();
        }
    }

    @Test
    void nothingThatIsMeteredCanBeChanged() {
        var id = past.orders("eu01", "web", "p10", MORNING, Map.of());
        past.becomesReady(id, MORNING);
        assertThatThrownBy(() -> sql("DELETE FROM usage_interval WHERE load_balancer_id = ?", id))
                .hasMessageContaining("append-only");
        assertThatThrownBy(() ->
                        sql(
                                "UPDATE usage_interval SET plan_id = 'p50' WHERE load_balancer_id ="
                                        + " ?",
                                id))
                .hasMessageContaining("append-only");
        assertThatThrownBy(() ->
                        sql(
                                """
                                INSERT INTO usage_interval
                                    (project_id, load_balancer_id, plan_id, starts_at)
                                SELECT project_id, id, 'p50', '2026-11-03T00:00:00Z'
                                FROM load_balancer WHERE id = ?
                                """,
                                id))
                .hasMessageContaining("usage_interval_overlap");
        past.isDeleted(id, MORNING.plusSeconds(60));
        assertThatThrownBy(() ->
                        sql(
                                """
                                UPDATE usage_interval SET ends_at = '2026-11-04T00:00:00Z'
                                WHERE load_balancer_id = ?
                                """,
                                id))
                .hasMessageContaining("append-only");
    }

    @Test
    void whatIsMeteredWrongIsFoundAndNamed() {
        var id = past.orders("eu01", "web", "p10", MORNING, Map.of());
        past.becomesReady(id, MORNING);
        verifier.verify();
        double before = mismatches();

        sql(
                "UPDATE usage_interval SET ends_at = '2026-11-02T10:00:00Z' WHERE load_balancer_id"
                        + " = ?",
                id);
        verifier.verify();

        assertThat(mismatches()).isEqualTo(before + 1);
        var report = verification().isOk();
        assertThat(report.json().path("intact").asBoolean()).isFalse();
        assertThat(report.string("/mismatches/0/loadBalancerId")).isEqualTo(id.toString());
        assertThat(report.string("/mismatches/0/metered/0/to")).isEqualTo("2026-11-02T10:00:00Z");
        assertThat(report.json().at("/mismatches/0/derived/0").has("to")).isFalse();
    }

    private double mismatches() {
        return meters.get("plimsoll.usage.mismatches").gauge().value();
    }

    private void everythingIsIntact() {
        assertThat(verification().isOk().json().path("intact").asBoolean()).isTrue();
    }

    private Answer verification() {
        return operator.get("/admin/v1/projects/" + project.projectId() + "/usage:verify");
    }

    private List<Interval> metered(UUID id) {
        return comparisons.ofProject(project.projectId(), 1000, null).items().stream()
                .filter(it -> it.loadBalancerId().equals(id))
                .findFirst()
                .orElseThrow()
                .metered();
    }

    private void sql(String sql, UUID id) {
        jdbc.sql(sql).param(id).update();
    }
}
