package dev.plimsoll.provisioner.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private static final String ORDER = Orders.ephemeral(80, "127.0.0.1");

    /** Seconds from the request to the turn. */
    private static final String TURNS =
            "select extract(epoch from not_before - enqueued_at) from work_item";

    private final Ground ground = new Ground();
    private final WorkQueue queue = queue("one", Duration.ofSeconds(10));

    @AfterEach
    void close() {
        ground.close();
    }

    @Test
    void manyReasonsAreOneItem() {
        var id = ground.order("web", ORDER);
        queue.enqueue(id, "AGENT");
        queue.enqueue(id, "TIMER");

        var lease = queue.claim().orElseThrow();

        assertThat(lease.loadBalancer()).isEqualTo(id);
        assertThat(queue.claim()).isEmpty();
    }

    @Test
    void completedItemIsGone() {
        var id = ground.order("web", ORDER);

        queue.complete(queue.claim().orElseThrow());

        assertThat(ground.count("work_item", id)).isZero();
    }

    @Test
    void itemWithANewReasonMeanwhileIsDueAtOnceInsteadOfDone() {
        var id = ground.order("web", ORDER);
        var lease = queue.claim().orElseThrow();
        queue.enqueue(id, "SPEC");

        queue.complete(lease);

        assertThat(queue.claim()).isPresent();
    }

    @Test
    void newReasonMeanwhileWinsOverAWait() {
        var id = ground.order("web", ORDER);
        var lease = queue.claim().orElseThrow();
        queue.enqueue(id, "SPEC");

        queue.postpone(lease, Duration.ofMinutes(1), "nothing that matters now");

        assertThat(queue.claim()).isPresent();
    }

    @Test
    void waitingItemSaysForWhatAndSinceWhen() {
        var id = ground.order("web", ORDER);
        queue.postpone(queue.claim().orElseThrow(), Duration.ZERO, "rain");
        var since = waitingSince(id);
        queue.postpone(queue.claim().orElseThrow(), Duration.ofMinutes(1), "rain");

        assertThat(queue.claim()).isEmpty();
        assertThat(
                        ground.ask(
                                "select waiting_for || attempt from work_item"
                                        + " where load_balancer_id = :id",
                                id,
                                String.class))
                .isEqualTo("rain2");
        assertThat(waitingSince(id)).isEqualTo(since);
    }

    @Test
    void anyReasonEndsAWait() {
        var id = ground.order("web", ORDER);
        queue.postpone(queue.claim().orElseThrow(), Duration.ofMinutes(1), "rain");

        queue.enqueue(id, "AGENT");

        assertThat(queue.claim()).isPresent();
    }

    @Test
    void resyncLeavesWaitsAndTheirAttemptsAlone() {
        var waiting = ground.order("one", ORDER);
        queue.postpone(queue.claim().orElseThrow(), Duration.ofMinutes(1), "rain");
        var idle = ground.order("two", ORDER);
        queue.complete(queue.claim().orElseThrow());

        queue.enqueueSpread(Duration.ZERO);

        assertThat(queue.claim().map(Lease::loadBalancer)).contains(idle);
        assertThat(queue.claim()).isEmpty();
        assertThat(
                        ground.ask(
                                "select attempt from work_item where load_balancer_id = :id",
                                waiting,
                                Integer.class))
                .isEqualTo(1);
    }

    @Test
    void manyLooksThatAreNotUrgentHaveTheirTurnsWithinTheTimeThatTheRateAllows() {
        var slow = new WorkQueue(ground.database(), "slow", settings(Duration.ofSeconds(10), 1));
        var all = orders(40);
        ground.sql().sql("delete from work_item").update();

        assertThat(slow.enqueueAll("START")).containsExactlyInAnyOrderElementsOf(all);

        var turns = ground.sql().sql(TURNS).query(Double.class).list();
        assertThat(turns).hasSize(40).allSatisfy(turn -> assertThat(turn).isBetween(39.0, 81.0));
        assertThat(turns).anyMatch(turn -> turn > 60).anyMatch(turn -> turn < 60);
    }

    @Test
    void whoIsAskedForByNameDoesNotWaitForTheOthersTurns() {
        var slow = new WorkQueue(ground.database(), "slow", settings(Duration.ofSeconds(10), 1));
        var all = orders(40);
        ground.sql().sql("delete from work_item").update();
        slow.enqueueAll("START");
        var last =
                ground.sql()
                        .sql("select load_balancer_id from work_item order by not_before desc")
                        .query((row, _) -> LoadBalancerId.of(row.getString(1)))
                        .list()
                        .getFirst();
        assertThat(all).contains(last);

        queue.enqueue(last, "ORDER");

        assertThat(
                        ground.ask(
                                "select not_before <= clock_timestamp() from work_item"
                                        + " where load_balancer_id = :id",
                                last,
                                Boolean.class))
                .isTrue();
    }

    @Test
    void fewLooksAreDueAtOnce() {
        var all = orders(3);
        ground.sql().sql("delete from work_item").update();

        queue.enqueueInTurn(all, "GATEWAY_LOST");

        assertThat(Stream.generate(queue::claim).limit(3).flatMap(Optional::stream)).hasSize(3);
    }

    @Test
    void resumedZombieWritesNothing() {
        var id = ground.order("web", ORDER);
        var zombie = queue("zombie", Duration.ofMillis(100)).claim().orElseThrow();
        var heir = awaitClaim();

        assertThatThrownBy(() -> zombie.fenced(sql -> forget(id))).isInstanceOf(LeaseLost.class);
        assertThatThrownBy(() -> queue.complete(zombie)).isInstanceOf(LeaseLost.class);
        assertThatThrownBy(() -> queue.postpone(zombie, Duration.ZERO, "x"))
                .isInstanceOf(LeaseLost.class);
        queue.renew(List.of(zombie));

        assertThat(ground.isRemoved(id)).isFalse();
        heir.fenced(sql -> {});
        queue.complete(heir);
        assertThat(ground.count("work_item", id)).isZero();
    }

    @Test
    void zombieIsFencedEvenWhenNobodyTookOver() {
        ground.order("web", ORDER);
        var zombie = queue("zombie", Duration.ofMillis(100)).claim().orElseThrow();

        await().untilAsserted(
                        () -> assertThatThrownBy(zombie::check).isInstanceOf(LeaseLost.class));
    }

    @Test
    void zombieDoesNotTouchAnItemThatWasMadeAnew() {
        var id = ground.order("web", ORDER);
        var zombie = queue("zombie", Duration.ofMillis(100)).claim().orElseThrow();
        queue.complete(awaitClaim());
        queue.enqueue(id, "SPEC");

        assertThatThrownBy(() -> queue.complete(zombie)).isInstanceOf(LeaseLost.class);

        assertThat(queue.claim()).isPresent();
    }

    @Test
    void failedWriteIsRolledBackWhole() {
        var id = ground.order("web", ORDER);
        var lease = queue.claim().orElseThrow();

        assertThatThrownBy(() ->
                        lease.fenced(sql -> {
                            sql.sql(
                                            "update load_balancer"
                                                    + " set observed_generation = 1"
                                                    + " where id = :id")
                                    .param("id", id.value())
                                    .update();
                            throw new IllegalStateException("on purpose");
                        }))
                .hasMessage("on purpose");

        assertThat(
                        ground.ask(
                                "select observed_generation from load_balancer where id = :id",
                                id,
                                Long.class))
                .isZero();
    }

    @Test
    void renewedLeaseKeepsOthersAway() {
        ground.order("web", ORDER);
        var shortLived = queue("short", Duration.ofMillis(300));
        var lease = shortLived.claim().orElseThrow();

        await().during(Duration.ofMillis(600))
                .atMost(Duration.ofSeconds(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    shortLived.renew(List.of(lease));
                    return queue.claim().isEmpty();
                });
    }

    @Test
    void restartedInstanceDoesNotWaitForItsOwnLeases() {
        ground.order("web", ORDER);
        var before = queue.claim().orElseThrow();

        assertThat(queue("other", Duration.ofSeconds(10)).dropOwnLeases()).isZero();
        assertThat(queue.dropOwnLeases()).isEqualTo(1);

        assertThat(queue.claim()).isPresent();
        assertThatThrownBy(before::check).isInstanceOf(LeaseLost.class);
    }

    @Test
    void projectWithManyItemsLeavesWorkersToOthers() {
        var greedy = ground.newProject();
        IntStream.range(0, 5).forEach(i -> ground.order(greedy, "web-" + i, ORDER));
        var modest = ground.order("web", ORDER);

        var leases = Stream.generate(queue::claim).limit(6).flatMap(Optional::stream).toList();

        assertThat(leases).hasSize(4).extracting(Lease::loadBalancer).contains(modest);
    }

    private Lease awaitClaim() {
        return await().until(queue::claim, Optional::isPresent).orElseThrow();
    }

    private List<LoadBalancerId> orders(int count) {
        return IntStream.range(0, count).mapToObj(i -> ground.order("lb-" + i, ORDER)).toList();
    }

    private void forget(LoadBalancerId id) {
        ground.sql()
                .sql(
                        """
                        update load_balancer set deletion_requested_at = now(),
                            deletion_author = 'zombie', removed_at = now() where id = :id
                        """)
                .param("id", id.value())
                .update();
    }

    private String waitingSince(LoadBalancerId id) {
        return ground.ask(
                "select waiting_since::text from work_item where load_balancer_id = :id",
                id,
                String.class);
    }

    private WorkQueue queue(String owner, Duration lease) {
        return new WorkQueue(ground.database(), owner, settings(lease));
    }

    static WorkSettings settings(Duration lease) {
        return settings(lease, 100);
    }

    private static WorkSettings settings(Duration lease, int looksPerSecond) {
        return new WorkSettings(
                4,
                3,
                lease,
                Duration.ofMillis(100),
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                looksPerSecond,
                Duration.ofSeconds(1));
    }
}
