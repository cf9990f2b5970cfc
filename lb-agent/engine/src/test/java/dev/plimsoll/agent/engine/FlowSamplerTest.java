package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlowSamplerTest {
    private static final int BUDGET = 100;
    private static final long SECOND = 1_000_000_000;

    private final FlowSampler sampler = new FlowSampler(BUDGET, 0);

    private record Written(int records, long standingFor) {}

    /** So many ends, evenly over one second. */
    private Written ends(long second, int number) {
        int records = 0;
        long standingFor = 0;
        for (int i = 0; i < number; i++) {
            int oneIn = sampler.onEnd(second * SECOND + i * SECOND / number);
            records += oneIn > 0 ? 1 : 0;
            standingFor += oneIn;
        }
        return new Written(records, standingFor);
    }

    @Test
    void everyEndHasARecordWithinTheBudget() {
        for (int second = 0; second < 5; second++) {
            assertThat(ends(second, BUDGET)).isEqualTo(new Written(BUDGET, BUDGET));
        }
    }

    @Test
    void burstHasAtMostTwiceTheBudgetAndItsRecordsStandForAllOfIt() {
        var burst = ends(0, 50_000);

        assertThat(burst.records).isBetween(BUDGET, 2 * BUDGET + 10);
        assertThat((double) burst.standingFor).isBetween(25_000.0, 100_000.0);
    }

    @Test
    void rateFollowsTheSecondBefore() {
        ends(0, 50_000);

        var next = ends(1, 50_000);

        assertThat(next.records).isLessThanOrEqualTo(BUDGET);
        assertThat((double) next.standingFor).isBetween(49_000.0, 51_000.0);
        assertThat(sampler.oneIn(2 * SECOND)).isEqualTo(512);
    }

    @Test
    void quietTimesEndTheSampling() {
        ends(0, 50_000);
        ends(1, 10);

        assertThat(ends(2, 10)).isEqualTo(new Written(10, 10));
        assertThat(sampler.oneIn(3 * SECOND)).isOne();
    }

    @Test
    void silenceEndsTheSampling() {
        ends(0, 50_000);

        assertThat(sampler.oneIn(9 * SECOND)).isOne();
        assertThat(sampler.onEnd(9 * SECOND)).isOne();
    }
}
