package dev.plimsoll.api.health;

import dev.plimsoll.api.health.ExplanationReport.Agent;
import dev.plimsoll.api.health.ExplanationReport.AgentReason;
import dev.plimsoll.api.health.ExplanationReport.Filter;
import dev.plimsoll.api.health.ExplanationReport.FilterOutcome;
import dev.plimsoll.api.health.ExplanationReport.Step;
import dev.plimsoll.api.health.ExplanationReport.StepName;
import dev.plimsoll.api.health.ExplanationReport.StepOutcome;
import dev.plimsoll.api.inquiry.Inquiries;
import dev.plimsoll.api.inquiry.ProjectRate;
import dev.plimsoll.api.inquiry.Question;
import dev.plimsoll.api.loadbalancer.LoadBalancerReads;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.status.AgentView;
import dev.plimsoll.api.status.StatusReads;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import tools.jackson.databind.JsonNode;

/** Has both agents go the way to a target, and says what is wrong with it. */
@Service
public class Explanations {
    /** For the provisioner alone, while no agent can be asked. */
    private static final Duration PROVISIONERS = Duration.ofSeconds(2);

    private final LoadBalancerReads loadBalancers;
    private final StatusReads statuses;
    private final HealthReads reads;
    private final Inquiries inquiries;
    private final ProjectRate rate;
    private final HealthSettings settings;

    Explanations(
            LoadBalancerReads loadBalancers,
            StatusReads statuses,
            HealthReads reads,
            Inquiries inquiries,
            HealthSettings settings,
            MeterRegistry meters) {
        this.loadBalancers = loadBalancers;
        this.statuses = statuses;
        this.reads = reads;
        this.inquiries = inquiries;
        this.settings = settings;
        this.rate =
                new ProjectRate(
                        settings.explanationsAtOnce(),
                        settings.explanationsPerMinute(),
                        Counter.builder("plimsoll.explanations.refused")
                                .description("Explanations of targets answered with 429")
                                .register(meters),
                        DomainFailure.TooManyExplanations::new);
    }

    /**
     * @param port of the pool; null where one pool only has the address
     * @param targetPool null where one only has this address and port
     */
    public ExplanationReport of(
            UUID projectId,
            String region,
            String name,
            String ip,
            @Nullable String port,
            @Nullable String targetPool) {
        var view = loadBalancers.get(projectId, region, name);
        var way = new ChosenTarget(view, ip, port, targetPool).way();
        rate.take(projectId);
        var agents =
                statuses.agents(List.of(view.id())).getOrDefault(view.id(), List.of()).stream()
                        .filter(agent -> !agent.state().equals("DRAINING"))
                        .sorted(Comparator.comparing(agent -> !"ACTIVE".equals(agent.role())))
                        .toList();
        var answers = ask(view.id(), agents, way);
        var found = agents.stream().map(agent -> agent(agent, answers, way)).toList();
        var filter = filter(answers.get(filterQuestion(way)), way);
        return new ExplanationReport(
                way.targetPool(),
                way.ip(),
                way.port(),
                Sentences.ofAll(found, filter, way, isUnhealthy(projectId, view.id(), way)),
                found,
                filter);
    }

    private Map<Question, JsonNode> ask(UUID loadBalancerId, List<AgentView> agents, Way way) {
        var questions = new ArrayList<Question>();
        agents.stream()
                .filter(AgentView::connected)
                .forEach(agent -> questions.add(agentQuestion(agent, way)));
        var patience = questions.isEmpty() ? PROVISIONERS : settings.explanationPatience();
        questions.add(filterQuestion(way));
        return inquiries.ask(loadBalancerId, questions, patience);
    }

    private static Question agentQuestion(AgentView agent, Way way) {
        return Question.explain(agent.machineId(), way.targetPool(), way.ip(), way.port());
    }

    private static Question filterQuestion(Way way) {
        return Question.filter(way.targetPool(), way.ip(), way.port());
    }

    private static Agent agent(AgentView agent, Map<Question, JsonNode> answers, Way way) {
        var answer = answers.get(agentQuestion(agent, way));
        var steps = answer == null ? List.<Step>of() : steps(answer);
        var reason = reason(agent, answer, steps);
        return new Agent(
                agent.machineId(),
                agent.role(),
                agent.connected(),
                reason,
                reason == AgentReason.ANSWERED
                        ? Sentences.ofSteps(steps, way)
                        : Sentences.ofSilence(reason),
                steps);
    }

    private static AgentReason reason(
            AgentView agent, @Nullable JsonNode answer, List<Step> steps) {
        if (!agent.connected()) {
            return AgentReason.NOT_CONNECTED;
        }
        if (answer == null) {
            return AgentReason.NO_ANSWER;
        }
        if (answer.path("isBusy").asBoolean()) {
            return AgentReason.BUSY;
        }
        return steps.isEmpty() ? AgentReason.NOT_CONFIGURED : AgentReason.ANSWERED;
    }

    private static List<Step> steps(JsonNode answer) {
        return StreamSupport.stream(answer.path("steps").spliterator(), false)
                .map(Explanations::step)
                .toList();
    }

    private static Step step(JsonNode json) {
        var reason = json.get("reason");
        var status = json.get("httpStatus");
        return new Step(
                StepName.valueOf(json.path("name").asString()),
                StepOutcome.valueOf(json.path("outcome").asString()),
                reason == null ? null : HealthReason.of(reason.asString()),
                json.path("millis").asInt(),
                status == null ? null : (Integer) status.asInt(),
                json.path("detail").asString());
    }

    private static Filter filter(@Nullable JsonNode answer, Way way) {
        var outcome =
                answer == null
                        ? FilterOutcome.UNKNOWN
                        : FilterOutcome.valueOf(answer.path("outcome").asString());
        return new Filter(
                outcome,
                Sentences.ofFilter(outcome, way.ip()),
                answer == null ? List.of() : texts(answer.path("wanted")),
                answer == null ? List.of() : texts(answer.path("applied")));
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).toList();
    }

    private boolean isUnhealthy(UUID projectId, UUID loadBalancerId, Way way) {
        return reads.verdicts(projectId, loadBalancerId).stream()
                .anyMatch(verdict ->
                        verdict.place().equals(way.place())
                                && verdict.state() == HealthReport.State.UNHEALTHY);
    }
}
