package dev.plimsoll.api.health;

import dev.plimsoll.api.health.HealthReport.Agent;
import dev.plimsoll.api.health.HealthReport.AgentReason;
import dev.plimsoll.api.loadbalancer.LoadBalancerReads;
import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.spec.TargetPoolSpec;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.status.AgentView;
import dev.plimsoll.api.status.StatusReads;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Verdicts that agents have told, with what they answer when they are asked. */
@Service
public class HealthReports {
    private final LoadBalancerReads loadBalancers;
    private final StatusReads statuses;
    private final HealthReads reads;
    private final LiveHealth live;
    private final Agreement agreement;

    HealthReports(
            LoadBalancerReads loadBalancers,
            StatusReads statuses,
            HealthReads reads,
            LiveHealth live,
            Agreement agreement) {
        this.loadBalancers = loadBalancers;
        this.statuses = statuses;
        this.reads = reads;
        this.live = live;
        this.agreement = agreement;
    }

    /**
     * @param targetPool null for all
     */
    public HealthReport of(
            UUID projectId, String region, String name, @Nullable String targetPool) {
        var view = loadBalancers.get(projectId, region, name);
        requireKnown(view, targetPool);
        var agents = agents(view);
        var answers = live.of(view.id(), connected(agents), targetPool);
        return new HealthReport(
                agreement.condition(view, agents),
                agents.stream().map(it -> agent(it, answers.get(it.machineId()))).toList(),
                new Sight(
                                view,
                                agents,
                                answers,
                                reads.verdicts(projectId, view.id()),
                                agreement.lasting(view))
                        .pools(targetPool));
    }

    private static void requireKnown(LoadBalancerView view, @Nullable String targetPool) {
        var known = view.spec().targetPools().stream().map(TargetPoolSpec::name).toList();
        if (targetPool != null && !known.contains(targetPool)) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "#query/targetPool",
                            FieldError.Code.UNKNOWN_REFERENCE,
                            "is not a target pool of the load balancer",
                            targetPool,
                            known.stream().map(String::valueOf).collect(Collectors.joining(", "))));
        }
    }

    /** Those that are to stay; the active one first, which decides what is shown. */
    private List<AgentView> agents(LoadBalancerView view) {
        return statuses.agents(List.of(view.id())).getOrDefault(view.id(), List.of()).stream()
                .filter(agent -> !agent.state().equals("DRAINING"))
                .sorted(
                        Comparator.comparing((AgentView agent) -> !agent.connected())
                                .thenComparing(agent -> !"ACTIVE".equals(agent.role())))
                .toList();
    }

    private static List<UUID> connected(List<AgentView> agents) {
        return agents.stream().filter(AgentView::connected).map(AgentView::machineId).toList();
    }

    private static Agent agent(AgentView agent, LiveHealth.@Nullable Answer answer) {
        var reason = reason(agent, answer);
        return new Agent(
                agent.machineId(),
                agent.role(),
                agent.connected(),
                reason,
                message(reason, answer),
                answer == null ? null : answer.activeConnections(),
                answer == null ? null : answer.connectionLimit());
    }

    private static AgentReason reason(AgentView agent, LiveHealth.@Nullable Answer answer) {
        if (!agent.connected()) {
            return AgentReason.NOT_CONNECTED;
        }
        if (answer == null) {
            return AgentReason.NO_ANSWER;
        }
        return answer.connectionLimit() > 0
                        && answer.activeConnections() >= answer.connectionLimit()
                ? AgentReason.CONNECTION_LIMIT
                : AgentReason.ANSWERED;
    }

    private static String message(AgentReason reason, LiveHealth.@Nullable Answer answer) {
        int active = answer == null ? 0 : answer.activeConnections();
        int limit = answer == null ? 0 : answer.connectionLimit();
        return switch (reason) {
            case ANSWERED -> "%d of %d connections are in use.".formatted(active, limit);
            case CONNECTION_LIMIT ->
                    "All %d connections that the plan allows are in use and further ones are refused: choose a larger plan, or have idle connections end sooner."
                            .formatted(limit);
            case NOT_CONNECTED ->
                    "The agent has no control stream, so what it saw last is shown: .../status says"
                            + " what is done about it.";
            case NO_ANSWER ->
                    "The agent did not answer in time, so its last probes and connections are not"
                            + " known: try again.";
        };
    }

    static String nameOf(TargetPoolSpec pool) {
        return Objects.requireNonNull(pool.name());
    }

    static int portOf(TargetPoolSpec pool) {
        return Objects.requireNonNull(pool.targetPort());
    }

    static int probedPort(TargetPoolSpec pool) {
        var check = pool.activeHealthCheck();
        var own = check == null ? null : check.altPort();
        return own == null ? portOf(pool) : own;
    }
}
