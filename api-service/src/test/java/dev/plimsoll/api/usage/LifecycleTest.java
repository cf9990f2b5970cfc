package dev.plimsoll.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.usage.Lifecycle.PlanOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LifecycleTest {

    @Test
    void useBeginsWithTheFirstReadyAndEndsWhenDeletionIsAskedFor() {
        assertThat(uses("09:00:30.9", "10:00:00.1", "p10 08:59:59"))
                .containsExactly("p10 09:00:30 10:00:00");
    }

    @Test
    void whatGoesOnHasNoEnd() {
        assertThat(uses("09:00:30", null, "p10 08:59:59")).containsExactly("p10 09:00:30 -");
    }

    @Test
    void whatWasNeverReadyIsNoUse() {
        assertThat(uses(null, null, "p10 09:00:00")).isEmpty();
        assertThat(uses(null, "10:00:00", "p10 09:00:00")).isEmpty();
    }

    @Test
    void anotherPlanCutsAndAnythingElseDoesNot() {
        assertThat(
                        uses(
                                "09:00:00",
                                "12:00:00",
                                "p10 08:00:00",
                                "p10 09:10:00",
                                "p50 10:29:17.5",
                                "p50 11:00:00",
                                "p10 11:30:00"))
                .containsExactly(
                        "p10 09:00:00 10:29:17", "p50 10:29:17 11:30:00", "p10 11:30:00 12:00:00");
    }

    @Test
    void plansBeforeTheFirstReadyAreNotUsed() {
        assertThat(uses("09:00:00", null, "p10 08:00:00", "p50 08:30:00"))
                .containsExactly("p50 09:00:00 -");
    }

    @Test
    void whatIsOverWithinASecondIsLeftOut() {
        assertThat(uses("09:00:00.1", "09:00:00.9", "p10 09:00:00.0")).isEmpty();
        assertThat(uses("09:00:00", null, "p10 08:00:00", "p50 10:00:00.1", "p250 10:00:00.2"))
                .containsExactly("p10 09:00:00 10:00:00", "p250 10:00:00 -");
    }

    @Test
    void aClockThatIsSetBackMakesNothingNegativeOrTwice() {
        assertThat(
                        uses(
                                "09:00:00",
                                "08:30:00",
                                "p10 08:00:00",
                                "p50 10:00:00",
                                "p250 09:30:00",
                                "p10 11:00:00"))
                .containsExactly("p10 09:00:00 10:00:00", "p250 10:00:00 11:00:00");
    }

    @Test
    void deletionBeforeTheFirstReadyLeavesNoUse() {
        assertThat(uses("09:00:00", "08:59:00", "p10 08:00:00")).isEmpty();
    }

    private static List<String> uses(String ready, String deletion, String... orders) {
        var lifecycle =
                new Lifecycle(
                        at(ready),
                        at(deletion),
                        Stream.of(orders).map(LifecycleTest::order).toList());
        return lifecycle.intervals().stream()
                .map(it -> it.planId() + " " + time(it.from()) + " " + time(it.to()))
                .toList();
    }

    private static PlanOrder order(String text) {
        var parts = Arrays.asList(text.split(" "));
        return new PlanOrder(parts.getFirst(), at(parts.getLast()));
    }

    private static Instant at(String time) {
        return time == null ? null : Instant.parse("2026-11-21T" + time + "Z");
    }

    private static String time(Instant at) {
        return at == null ? "-" : at.toString().substring(11, 19);
    }
}
