package dev.plimsoll.api.rehearsal;

import dev.plimsoll.api.inquiry.Inquiries;
import dev.plimsoll.api.inquiry.Question;
import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.Written;
import dev.plimsoll.api.loadbalancer.spec.Protocol;
import dev.plimsoll.api.plan.Plan;
import dev.plimsoll.api.plan.Plans;
import dev.plimsoll.api.rehearsal.AgentsWord.Reason;
import dev.plimsoll.api.rehearsal.Forecast.Answered;
import dev.plimsoll.api.status.AgentView;
import dev.plimsoll.api.status.StatusReads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import tools.jackson.databind.JsonNode;

/**
 * Asks those who would carry a write out what they would do: the provisioner for its plan, and with
 * the document that it would publish the agents. Neither does anything.
 */
@Service
public class Rehearsals {
    private final Inquiries inquiries;
    private final StatusReads statuses;
    private final Plans plans;
    private final JdbcClient jdbc;
    private final RehearsalSettings settings;

    Rehearsals(
            Inquiries inquiries,
            StatusReads statuses,
            Plans plans,
            JdbcClient jdbc,
            RehearsalSettings settings) {
        this.jdbc = jdbc;
        this.inquiries = inquiries;
        this.statuses = statuses;
        this.plans = plans;
        this.settings = settings;
    }

    /**
     * @param written and taken back
     */
    public Forecast of(Written written) {
        var view = written.view();
        var changes = written.changes();
        boolean isAsked = changes.since() != null && !changes.all().isEmpty();
        var provisioner = isAsked && isAnyProvisionerThere() ? ask(written) : ProvisionersWord.NONE;
        var agents = isAsked ? ask(written, provisioner) : List.<AgentsWord>of();
        return new Forecast(
                new Attribution(written, provisioner, agents).all(),
                provisioner.isThere() ? Answered.YES : isAsked ? Answered.NO : Answered.NOT_ASKED,
                agents,
                provisioner.replaced().stream().sorted().toList(),
                changes.isRemoval()
                        ? List.of()
                        : new Warnings(written, maxConnections(view), provisioner, agents).all());
    }

    private @Nullable Integer maxConnections(LoadBalancerView view) {
        return plans.find(view.region(), Objects.requireNonNullElse(view.spec().planId(), ""))
                .map(Plan::maxConnections)
                .orElse(null);
    }

    /** Nobody waits for one that is not. */
    private boolean isAnyProvisionerThere() {
        return jdbc.sql("SELECT EXISTS (SELECT 1 FROM gateway)").query(Boolean.class).single();
    }

    private ProvisionersWord ask(Written written) {
        var question = Question.plan(written.changes().isRemoval() ? null : written.storedSpec());
        var answer =
                inquiries
                        .askIfPossible(written.view().id(), List.of(question), settings.patience())
                        .get(question);
        return answer == null ? ProvisionersWord.NONE : ProvisionersWord.of(answer);
    }

    private List<AgentsWord> ask(Written written, ProvisionersWord provisioner) {
        var id = written.view().id();
        var agents =
                statuses.agents(List.of(id)).getOrDefault(id, List.of()).stream()
                        .filter(agent -> !agent.state().equals("DRAINING"))
                        .toList();
        boolean isAskable = written.changes().isRemoval() || provisioner.document() != null;
        var questions =
                agents.stream()
                        .filter(agent -> agent.connected() && isAskable)
                        .map(agent -> question(agent, provisioner))
                        .toList();
        var answers = inquiries.askIfPossible(id, questions, patience(written));
        return agents.stream()
                .map(agent -> word(agent, isAskable, answers, written, provisioner))
                .toList();
    }

    private static Question question(AgentView agent, ProvisionersWord provisioner) {
        return Question.rehearse(agent.machineId(), provisioner.document());
    }

    private static AgentsWord word(
            AgentView agent,
            boolean isAskable,
            Map<Question, JsonNode> answers,
            Written written,
            ProvisionersWord provisioner) {
        if (!agent.connected()) {
            return AgentsWord.none(agent, Reason.NOT_CONNECTED);
        }
        if (!isAskable) {
            return AgentsWord.none(agent, Reason.NOT_ASKED);
        }
        var answer = answers.get(question(agent, provisioner));
        return answer == null
                ? AgentsWord.none(agent, Reason.NO_ANSWER)
                : AgentsWord.of(agent, answer, generationBefore(written));
    }

    private static long generationBefore(Written written) {
        return written.view().generation() - (written.changes().isRemoval() ? 0 : 1);
    }

    /** Targets take their time to say what they make of a PROXY header. */
    private Duration patience(Written written) {
        return written.view().spec().listeners().stream()
                        .anyMatch(it -> it.protocol() == Protocol.PROTOCOL_TCP_PROXY)
                ? settings.proxyPatience()
                : settings.patience();
    }
}
