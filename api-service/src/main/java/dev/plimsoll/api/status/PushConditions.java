package dev.plimsoll.api.status;

import dev.plimsoll.api.loadbalancer.Condition;
import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.spec.OptionsSpec;
import dev.plimsoll.api.status.PushView.Kind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Service;

/**
 * Whether those whom an order names for pushes take them, from all agents that are there. No part
 * of the load balancer's status: whoever is pushed to may be anybody's.
 */
@Service
public class PushConditions {
    private final InstantSource clock;

    PushConditions(InstantSource apiClock) {
        this.clock = apiClock;
    }

    /** METRICS_PUSHED and LOGS_PUSHED, each where it is ordered. */
    public Stream<Condition> of(
            LoadBalancerView view, List<AgentView> agents, List<PushView> pushes) {
        var options = view.spec().options();
        var named = options == null ? null : options.observability();
        return named == null ? Stream.empty() : of(named, view, agents, pushes);
    }

    private Stream<Condition> of(
            OptionsSpec.Observability named,
            LoadBalancerView view,
            List<AgentView> agents,
            List<PushView> pushes) {
        var kinds = EnumSet.noneOf(Kind.class);
        if (named.metrics() != null) {
            kinds.add(Kind.METRICS);
        }
        if (named.logs() != null) {
            kinds.add(Kind.LOGS);
        }
        return kinds.stream().map(kind -> of(kind, view, agents, pushes));
    }

    private Condition of(
            Kind kind, LoadBalancerView view, List<AgentView> agents, List<PushView> pushes) {
        var connected =
                agents.stream()
                        .filter(AgentView::connected)
                        .map(AgentView::machineId)
                        .collect(Collectors.toSet());
        var present =
                pushes.stream()
                        .filter(it -> it.kind() == kind && connected.contains(it.machineId()))
                        .toList();
        var failing = present.stream().filter(PushView::isFailing).toList();
        if (!failing.isEmpty()) {
            return failing(kind, view, failing, connected.size());
        }
        var taken = present.stream().filter(it -> it.lastSuccessAt() != null).toList();
        return taken.isEmpty() || taken.size() < mustHavePushed(kind, connected.size())
                ? condition(
                        kind,
                        view,
                        Condition.State.UNKNOWN,
                        "NotYet",
                        "Not all that is to be pushed has been, so far.",
                        clock.instant())
                : condition(
                        kind,
                        view,
                        Condition.State.TRUE,
                        "Taken",
                        "What the agents push is taken.",
                        last(taken));
    }

    /** An agent without connections has no records of them. */
    private static int mustHavePushed(Kind kind, int agents) {
        return switch (kind) {
            case METRICS -> agents;
            case LOGS -> 1;
        };
    }

    private static Condition failing(
            Kind kind, LoadBalancerView view, List<PushView> failing, int agents) {
        var first = failing.getFirst();
        var failure = Optional.ofNullable(first.lastFailure());
        var who = failing.size() < agents ? "One agent's pushes are not taken. " : "";
        var why =
                failure.map(it -> it.reason().sentence(it.httpStatus()))
                        .orElse(PushReason.OTHER.sentence(null));
        return condition(
                kind,
                view,
                Condition.State.FALSE,
                failure.map(it -> it.reason().name()).orElse(PushReason.OTHER.name()),
                who + why + " Traffic is not affected.",
                failing.stream().map(PushView::since).min(Comparator.naturalOrder()).orElseThrow());
    }

    private static Instant last(List<PushView> taken) {
        return taken.stream().map(PushView::since).max(Comparator.naturalOrder()).orElseThrow();
    }

    private static Condition condition(
            Kind kind,
            LoadBalancerView view,
            Condition.State state,
            String reason,
            String message,
            Instant since) {
        var type =
                switch (kind) {
                    case METRICS -> Condition.Type.METRICS_PUSHED;
                    case LOGS -> Condition.Type.LOGS_PUSHED;
                };
        return new Condition(type, state, reason, message, view.generation(), since);
    }
}
