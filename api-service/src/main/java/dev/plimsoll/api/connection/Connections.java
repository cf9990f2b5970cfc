package dev.plimsoll.api.connection;

import dev.plimsoll.api.connection.ConnectionReport.Agent;
import dev.plimsoll.api.connection.ConnectionReport.AgentReason;
import dev.plimsoll.api.inquiry.Inquiries;
import dev.plimsoll.api.inquiry.ProjectRate;
import dev.plimsoll.api.inquiry.Question;
import dev.plimsoll.api.loadbalancer.LoadBalancerReads;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.status.AgentView;
import dev.plimsoll.api.status.StatusReads;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks both agents for their connections, which nobody else knows, and has one ended. */
@Service
public class Connections {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String RESOURCE = "regions/%s/load-balancers/%s/connections/%s";

    private static final Comparator<ConnectionView> NEWEST_FIRST =
            Comparator.comparing(ConnectionView::moment)
                    .thenComparing(it -> it.id().toString())
                    .reversed();

    private final LoadBalancerReads loadBalancers;
    private final StatusReads statuses;
    private final Inquiries inquiries;
    private final ConnectionSettings settings;
    private final Transactions transactions;
    private final Audit audit;
    private final ProjectRate rate;

    Connections(
            LoadBalancerReads loadBalancers,
            StatusReads statuses,
            Inquiries inquiries,
            ConnectionSettings settings,
            Transactions transactions,
            Audit audit,
            MeterRegistry meters) {
        this.loadBalancers = loadBalancers;
        this.statuses = statuses;
        this.inquiries = inquiries;
        this.settings = settings;
        this.transactions = transactions;
        this.audit = audit;
        this.rate =
                new ProjectRate(
                        settings.atOnce(),
                        settings.perMinute(),
                        Counter.builder("plimsoll.connections.refused")
                                .description("Requests about connections answered with 429")
                                .register(meters),
                        DomainFailure.TooManyConnectionQueries::new);
    }

    /** As {@code ListConnections} of the agents' protocol, whose names these are. */
    private record Listing(
            boolean open,
            @Nullable String client,
            @Nullable String target,
            @Nullable Integer targetPort,
            @Nullable String listener,
            @Nullable Long sinceEpochMillis,
            @Nullable Long beforeEpochMillis,
            @Nullable String beforeId,
            int most) {

        static Listing of(ConnectionFilter filter, int most, @Nullable String pageId) {
            var before = pageId == null ? null : Cursor.numbered(pageId);
            return new Listing(
                    filter.isOpen(),
                    filter.client(),
                    filter.targetIp(),
                    filter.targetPort(),
                    filter.listener(),
                    filter.since() == null ? null : filter.since().toEpochMilli(),
                    before == null ? null : before.number(),
                    before == null ? null : before.of().toString(),
                    most);
        }
    }

    /** As {@code CloseConnection} of the agents' protocol. */
    private record Closing(UUID connection) {}

    /**
     * The newest first.
     *
     * @param pageId null for the first page
     */
    public ConnectionReport list(
            UUID projectId,
            String region,
            String name,
            ConnectionFilter filter,
            int pageSize,
            @Nullable String pageId) {
        var view = loadBalancers.get(projectId, region, name);
        var listing = JSON.writeValueAsString(Listing.of(filter, pageSize + 1, pageId));
        rate.take(projectId);
        var agents = agents(view.id());
        var answers = ask(view.id(), agents, it -> Question.connections(it.machineId(), listing));
        var found = new ArrayList<ConnectionView>();
        for (var agent : agents) {
            var answer = answers.get(agent.machineId());
            if (answer != null) {
                answer.path("connections")
                        .forEach(it ->
                                found.add(ConnectionView.of(agent.machineId(), agent.role(), it)));
            }
        }
        found.sort(NEWEST_FIRST);
        var page = Page.of(found, pageSize, Connections::cursor);
        return new ConnectionReport(
                page.items(),
                answers.values().stream().mapToInt(it -> it.path("total").asInt()).sum(),
                agents.stream().map(it -> agent(it, answers.get(it.machineId()))).toList(),
                page.nextPageId());
    }

    private static String cursor(ConnectionView last) {
        return new Cursor.Numbered(last.id(), last.moment().toEpochMilli()).toString();
    }

    /** Also those that are to go: connections may be open there for a long time yet. */
    private List<AgentView> agents(UUID loadBalancerId) {
        return statuses
                .agents(List.of(loadBalancerId))
                .getOrDefault(loadBalancerId, List.of())
                .stream()
                .sorted(Comparator.comparing(agent -> !"ACTIVE".equals(agent.role())))
                .toList();
    }

    /** By machine. */
    private Map<UUID, JsonNode> ask(
            UUID loadBalancerId, List<AgentView> agents, Function<AgentView, Question> question) {
        var questions = agents.stream().filter(AgentView::connected).map(question).toList();
        var answers = new HashMap<UUID, JsonNode>();
        inquiries
                .ask(loadBalancerId, questions, settings.patience())
                .forEach((asked, answer) ->
                        answers.put(Objects.requireNonNull(asked.machine()), answer));
        return answers;
    }

    private static Agent agent(AgentView agent, @Nullable JsonNode answer) {
        var reason = reason(agent, answer);
        var told = reason == AgentReason.ANSWERED ? answer : null;
        return new Agent(
                agent.machineId(),
                agent.role(),
                agent.connected(),
                reason,
                message(reason),
                number(told, "total"),
                number(told, "sampledOneIn"),
                number(told, "kept"));
    }

    private static @Nullable Integer number(@Nullable JsonNode told, String member) {
        return told == null ? null : (Integer) told.path(member).asInt();
    }

    private static AgentReason reason(AgentView agent, @Nullable JsonNode answer) {
        if (!agent.connected()) {
            return AgentReason.NOT_CONNECTED;
        }
        if (answer == null) {
            return AgentReason.NO_ANSWER;
        }
        return answer.path("isBusy").asBoolean() ? AgentReason.BUSY : AgentReason.ANSWERED;
    }

    private static String message(AgentReason reason) {
        return switch (reason) {
            case ANSWERED -> "The agent has told of its connections.";
            case NOT_CONNECTED ->
                    "The agent has no control stream, so its connections are not known: .../status"
                            + " says what is done about it.";
            case NO_ANSWER ->
                    "The agent did not answer in time, so its connections are not known: try"
                            + " again.";
            case BUSY ->
                    "The agent answers as many such questions as it can already, so its"
                            + " connections are not known: try again.";
        };
    }

    /**
     * @return the machine that it was open on
     */
    public UUID close(UUID projectId, String region, String name, UUID connection, Origin origin) {
        var view = loadBalancers.get(projectId, region, name);
        rate.take(projectId);
        var agents = agents(view.id());
        var closing = JSON.writeValueAsString(new Closing(connection));
        var answers = ask(view.id(), agents, it -> Question.close(it.machineId(), closing));
        var machine =
                answers.keySet().stream()
                        .filter(it ->
                                Objects.requireNonNull(answers.get(it))
                                        .path("isClosed")
                                        .asBoolean())
                        .findFirst()
                        .orElseThrow(() -> notClosed(agents, answers));
        transactions.run(() -> {
            audit.record(
                    origin,
                    projectId,
                    "connection.close",
                    RESOURCE.formatted(region, name, connection),
                    Map.of("machineId", machine));
            return machine;
        });
        return machine;
    }

    /** Only if all have answered it is known that none has it. */
    private static DomainFailure notClosed(List<AgentView> agents, Map<UUID, JsonNode> answers) {
        return agents.stream()
                .filter(it -> !answers.containsKey(it.machineId()))
                .findFirst()
                .<DomainFailure>map(it ->
                        new DomainFailure.StateConflict(
                                "no agent that answered has the connection open, and the one of machine %s did not answer; try again"
                                        .formatted(it.machineId())))
                .orElseGet(() -> new DomainFailure.NotFound("connection not found"));
    }
}
