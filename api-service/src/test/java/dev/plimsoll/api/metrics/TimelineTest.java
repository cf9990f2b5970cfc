package dev.plimsoll.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final UUID ONE = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);

    private final Timeline timeline = new Timeline();

    private void active(UUID machine, long slot, Map<String, Long> figures) {
        timeline.add(machine, slot, new Slot(true, figures));
    }

    private void standby(UUID machine, long slot, Map<String, Long> figures) {
        timeline.add(machine, slot, new Slot(false, figures));
    }

    private Point point(long slot, int count) {
        return timeline.point(slot, count).orElseThrow();
    }

    @Test
    void bothAgentsAddUpAndTargetsAreTheActiveOnes() {
        active(ONE, 7, Map.of("opened", 10L, "connections", 5L, "targetsHealthy", 2L));
        standby(
                OTHER,
                7,
                Map.of(
                        "opened",
                        1L,
                        "connections",
                        3L,
                        "targetsHealthy",
                        1L,
                        "targetsUnhealthy",
                        1L));

        var point = point(7, 1);

        assertThat(point.perSecond("opened")).isEqualTo(2.2);
        assertThat(point.mean("connections")).isEqualTo(8);
        assertThat(point.sum(Point.FEWEST_HEALTHY)).isEqualTo(2);
        assertThat(point.sum(Point.MOST_UNHEALTHY)).isZero();
    }

    @Test
    void standbyThatSawNothingSaysNothingOfAnActiveAgentThatIsSilent() {
        standby(OTHER, 7, Map.of());

        assertThat(timeline.point(7, 1)).isEmpty();
        assertThat(timeline.point(8, 1)).isEmpty();
    }

    @Test
    void failoverIsKnownWhereTheNextOneIsActive() {
        active(ONE, 1, Map.of("opened", 5L));
        standby(OTHER, 2, Map.of());
        active(OTHER, 3, Map.of("opened", 5L));

        var point = point(0, 60);

        assertThat(point.known()).isEqualTo(2);
        assertThat(point.perSecond("opened")).isEqualTo(1);
    }

    @Test
    void longPointHasTheMeanTheMostAndTheFewest() {
        active(ONE, 0, Map.of("connections", 10L, "targetsHealthy", 2L));
        active(ONE, 1, Map.of("connections", 20L, "targetsHealthy", 1L, "targetsUnhealthy", 1L));

        var point = point(0, 60);

        assertThat(point.mean("connections")).isEqualTo(15);
        assertThat(point.sum(Point.MOST_CONNECTIONS)).isEqualTo(20);
        assertThat(point.sum(Point.FEWEST_HEALTHY)).isEqualTo(1);
        assertThat(point.sum(Point.MOST_UNHEALTHY)).isEqualTo(1);
    }

    @Test
    void figureOfANewerAgentIsKeptAndHarmsNobody() {
        active(ONE, 0, Map.of("quanta", 3L));

        assertThat(point(0, 1).sum("quanta")).isEqualTo(3);
    }

    @Test
    void quantilesAreWithinTheBucketThatTheyFallInto() {
        active(
                ONE,
                0,
                Map.of(
                        "connectedWithin500", 50L,
                        "connectedWithin1000", 49L,
                        "connectedWithin1000000", 1L));

        var connects = Connects.of(point(0, 1));

        assertThat(connects.quantile(0.5).orElseThrow()).isCloseTo(0.0005, within(1e-9));
        assertThat(connects.quantile(0.75).orElseThrow()).isBetween(0.0005, 0.001);
        assertThat(connects.quantile(1).orElseThrow()).isBetween(0.5, 1.0);
    }

    @Test
    void withoutConnectsThereIsNoTimeThatTheyTook() {
        active(ONE, 0, Map.of());

        assertThat(Connects.of(point(0, 1)).quantile(0.5)).isEmpty();
    }
}
