package dev.plimsoll.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScarceAddressesTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final String THREE_ADDRESSES = "127.64.0.0/30";

    @TempDir Path folder;

    @Test
    void lastInLineIsToldAndServedWhenAnAddressIsFree() {
        try (var ground = new Ground();
                var _ = new TestProvisioner(ground, folder, THREE_ADDRESSES)) {
            var served =
                    IntStream.range(0, 3)
                            .mapToObj(i ->
                                    ground.order("lb-" + i, Orders.onlyPrivate(80, "127.0.0.1")))
                            .toList();
            served.forEach(id -> await().atMost(LIMIT).until(() -> ground.isReady(id)));

            var last = ground.order("last", Orders.onlyPrivate(80, "127.0.0.1"));

            await().atMost(LIMIT)
                    .until(() ->
                            ground.condition(last, "FEASIBLE").equals("FALSE TYPE_IP_EXHAUSTED"));
            assertThat(ground.count("machine", last)).isZero();
            ground.delete(served.getFirst());
            await().atMost(LIMIT).until(() -> ground.isReady(last));
        }
    }

    @Test
    void oneOfManyWhoWantTheSameAddressGetsAllOfIt() {
        try (var ground = new Ground();
                var _ = new TestProvisioner(ground, folder)) {
            var all =
                    IntStream.range(0, 6)
                            .mapToObj(i ->
                                    ground.order(
                                            "lb-" + i, Orders.fixed("127.0.0.9", 80, "127.0.0.1")))
                            .toList();

            await().atMost(LIMIT)
                    .untilAsserted(() ->
                            assertThat(all)
                                    .filteredOn(ground::isReady)
                                    .hasSize(1)
                                    .allMatch(id -> ground.count("listener_claim", id) == 2));
            await().atMost(LIMIT)
                    .untilAsserted(() ->
                            assertThat(all)
                                    .filteredOn(id ->
                                            ground.condition(id, "FEASIBLE")
                                                    .equals("FALSE" + " TYPE_FIP_NOT_CONFIGURED"))
                                    .hasSize(5)
                                    .allMatch(id -> ground.count("listener_claim", id) == 0));
        }
    }
}
