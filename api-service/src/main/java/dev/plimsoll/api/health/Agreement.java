package dev.plimsoll.api.health;

import dev.plimsoll.api.loadbalancer.Condition;
import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.status.AgentView;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Whether both agents see the targets alike. They probe each at its own moment, so that one is
 * behind the other for up to one round of the health check: that is no disagreement.
 */
@Service
public class Agreement {
    /** Of the health check, where it does not say otherwise. */
    private static final String DEFAULT = "5s";

    /** For the way of a verdict to the database. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(1);

    private final HealthReads reads;
    private final InstantSource clock;

    Agreement(HealthReads reads, InstantSource apiClock) {
        this.reads = reads;
        this.clock = apiClock;
    }

    /** The condition AGENTS_AGREE. */
    public Condition condition(LoadBalancerView view, List<AgentView> agents) {
        var differences = lasting(view);
        if (!differences.isEmpty()) {
            return disagreeing(view, agents, differences);
        }
        var connected = agents.stream().filter(Agreement::counts).count();
        var since =
                reads.lastChange(view.projectId(), view.id())
                        .or(() -> lastRole(agents))
                        .orElseGet(clock::instant);
        return connected < 2
                ? condition(
                        view,
                        Condition.State.UNKNOWN,
                        "OneAgentOnly",
                        "Less than two agents are connected: there is nothing to compare.",
                        since)
                : condition(
                        view,
                        Condition.State.TRUE,
                        "SameVerdicts",
                        "Both agents see every target alike.",
                        since);
    }

    private static Optional<Instant> lastRole(List<AgentView> agents) {
        return agents.stream()
                .flatMap(agent -> Stream.ofNullable(agent.roleSince()))
                .max(Comparator.naturalOrder());
    }

    private static boolean counts(AgentView agent) {
        return agent.connected() && !agent.state().equals("DRAINING");
    }

    /** Those that have lasted longer than a round of the pool's health check. */
    List<Difference> lasting(LoadBalancerView view) {
        var now = clock.instant();
        return reads.differences(view.projectId(), view.id()).stream()
                .filter(it -> it.since().plus(round(view, it.place().targetPool())).isBefore(now))
                .toList();
    }

    private static Duration round(LoadBalancerView view, String pool) {
        var check =
                view.spec().targetPools().stream()
                        .filter(it -> pool.equals(it.name()))
                        .map(it -> it.activeHealthCheck())
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
        return ON_THE_WAY
                .plus(duration(check == null ? null : check.interval(), DEFAULT))
                .plus(duration(check == null ? null : check.timeout(), DEFAULT))
                .plus(duration(check == null ? null : check.intervalJitter(), "0s"));
    }

    /** As it was accepted: a number of seconds with the unit. */
    private static Duration duration(@Nullable String text, String otherwise) {
        var given = text == null ? otherwise : text;
        var seconds = new BigDecimal(given.substring(0, given.length() - 1));
        return Duration.ofMillis(seconds.movePointRight(3).longValue());
    }

    private static Condition disagreeing(
            LoadBalancerView view, List<AgentView> agents, List<Difference> differences) {
        var first = differences.getFirst();
        var others =
                differences.size() == 1 ? "" : ", and on %d more".formatted(differences.size() - 1);
        var message =
                "The agents disagree on %s of pool %s%s: %s sees it healthy, %s does not (%s). Look for what differs on their ways to the target; an explanation of it shows where."
                        .formatted(
                                Place.inWords(first.place().address(), first.place().port()),
                                first.place().targetPool(),
                                others,
                                who(agents, first.healthyBy()),
                                who(agents, first.unhealthyBy()),
                                first.reason());
        return condition(view, Condition.State.FALSE, "VerdictsDiffer", message, first.since());
    }

    private static String who(List<AgentView> agents, UUID machine) {
        return agents.stream()
                .filter(agent -> agent.machineId().equals(machine))
                .flatMap(agent -> Stream.ofNullable(agent.role()))
                .map(role -> role.equals("ACTIVE") ? "the active one" : "the one that stands by")
                .findFirst()
                .orElse("that of machine " + machine);
    }

    private static Condition condition(
            LoadBalancerView view,
            Condition.State state,
            String reason,
            String message,
            Instant since) {
        return new Condition(
                Condition.Type.AGENTS_AGREE, state, reason, message, view.generation(), since);
    }
}
