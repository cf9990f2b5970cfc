package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.GatewayMessage;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How often each agent of a gateway says that it is there. The more agents, the less often, so that
 * all of them together say no more than the gateway is set to hear: every second up to that number
 * of agents, and in steps from there on. Everything that notices silence waits for a few paces.
 *
 * @param every one of the steps
 */
record Pace(Duration every) {
    private static final List<Duration> STEPS =
            LongStream.of(1, 2, 5, 10, 20, 50, 100, 200).mapToObj(Duration::ofSeconds).toList();

    static final Pace FASTEST = new Pace(STEPS.getFirst());

    /** An agent is given up that has missed so many. */
    private static final int SILENT_PACES = 3;

    private static final Duration TRAFFIC = Duration.ofMinutes(1);

    static Pace of(int agents, int perSecond) {
        return new Pace(
                STEPS.stream()
                        .filter(step -> agents <= step.toSeconds() * perSecond)
                        .findFirst()
                        .orElseGet(STEPS::getLast));
    }

    /**
     * From this pace, for as many agents as there are now: slower at once, faster only where there
     * is room for a quarter more of them, so that one who comes and goes does not change it.
     */
    Pace next(int agents, int perSecond) {
        var needed = of(agents, perSecond);
        if (needed.every.compareTo(every) >= 0) {
            return needed;
        }
        var roomy = of(agents + agents / 4, perSecond);
        return roomy.every.compareTo(every) < 0 ? roomy : this;
    }

    /** Sooner than an agent would ask by itself. */
    Duration ping(Duration fastest) {
        return this.equals(FASTEST) ? fastest : longer(fastest, every.multipliedBy(4).dividedBy(5));
    }

    Duration silence(Duration shortest) {
        return this.equals(FASTEST) ? shortest : longer(shortest, every.multipliedBy(SILENT_PACES));
    }

    /** Every minute up to 20,000 agents: they say so much that more of them say it less often. */
    GatewayMessage.TellTraffic traffic() {
        return new GatewayMessage.TellTraffic(
                longer(TRAFFIC, every.multipliedBy(SILENT_PACES)).toMillis());
    }

    GatewayMessage.Pace message() {
        return new GatewayMessage.Pace(every.toMillis());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
