package dev.plimsoll.agent.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import org.junit.jupiter.api.Test;

class HealthNewsTest {
    private final HealthNews news = new HealthNews();

    @Test
    void onlyTheLastStateOfATargetIsTold() {
        news.add(target(80, State.HEALTHY));
        news.add(target(81, State.HEALTHY));
        news.add(target(80, State.UNHEALTHY));

        assertThat(news.take())
                .containsExactlyInAnyOrder(target(80, State.UNHEALTHY), target(81, State.HEALTHY));
        assertThat(news.take()).isEmpty();
    }

    @Test
    void firstOfABatchIsKnown() {
        assertThat(news.add(target(80, State.HEALTHY))).isTrue();
        assertThat(news.add(target(81, State.HEALTHY))).isFalse();
        news.take();
        assertThat(news.add(target(80, State.HEALTHY))).isTrue();
    }

    @Test
    void manyChangesAreTakenInMessagesOfBoundedSize() {
        for (int i = 0; i < HealthNews.MOST + 1; i++) {
            news.add(target(1_000 + i, State.HEALTHY));
        }

        assertThat(news.take()).hasSize(HealthNews.MOST);
        assertThat(news.take()).hasSize(1);
        assertThat(news.take()).isEmpty();
    }

    @Test
    void whatIsForgottenIsNotTold() {
        news.add(target(80, State.HEALTHY));

        news.forget();

        assertThat(news.take()).isEmpty();
        assertThat(news.add(target(80, State.HEALTHY))).isTrue();
    }

    private static TargetHealth target(int port, State state) {
        return new TargetHealth("a", "10.0.0.1", port, state, Reason.OK, "", 0);
    }
}
