package dev.plimsoll.api.metrics;

import dev.plimsoll.api.loadbalancer.LoadBalancerReads;
import dev.plimsoll.api.metrics.SeriesReport.Agent;
import dev.plimsoll.api.metrics.SeriesReport.AgentReason;
import dev.plimsoll.api.metrics.SeriesReport.Series;
import dev.plimsoll.api.status.AgentView;
import dev.plimsoll.api.status.StatusReads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** What goes through a load balancer: what its agents count, and what they have told. */
@Service
public class LoadBalancerMetrics {
    /** Agents tell each minute, of whole minutes. */
    private static final Duration NOT_TOLD_YET = Duration.ofMinutes(3);

    private static final double MICRO = 1e6;

    private final LoadBalancerReads loadBalancers;
    private final StatusReads statuses;
    private final LiveAgents live;
    private final TrafficRows rows;
    private final InstantSource clock;

    LoadBalancerMetrics(
            LoadBalancerReads loadBalancers,
            StatusReads statuses,
            LiveAgents live,
            TrafficRows rows,
            InstantSource apiClock) {
        this.loadBalancers = loadBalancers;
        this.statuses = statuses;
        this.live = live;
        this.rows = rows;
        this.clock = apiClock;
    }

    /** For Prometheus. */
    public String page(UUID projectId, String region, String name) {
        var view = loadBalancers.get(projectId, region, name);
        var agents = agents(view.id());
        var pages = live.pages(view.id(), agents);
        var page = new PrometheusPage(name);
        for (var agent : agents) {
            page.add(agent.machineId(), role(agent), pages.get(agent.machineId()));
        }
        return page.text();
    }

    private static String role(AgentView agent) {
        var role = agent.role();
        return role == null ? "unknown" : role.toLowerCase(Locale.ROOT);
    }

    /**
     * @param from null for as long as the resolution goes back
     * @param to null for now
     * @param resolution null for the one that fits
     */
    public SeriesReport series(
            UUID projectId,
            String region,
            String name,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable Resolution resolution) {
        var now = clock.instant();
        var range = SeriesRange.of(from, to, resolution, now);
        var id = loadBalancers.get(projectId, region, name).id();
        var asked = range.to().isAfter(now.minus(NOT_TOLD_YET)) ? asked(id) : List.<Agent>of();
        return report(range, asked, points(id, range, now));
    }

    private List<AgentView> agents(UUID loadBalancerId) {
        return statuses.agents(List.of(loadBalancerId)).getOrDefault(loadBalancerId, List.of());
    }

    private List<Agent> asked(UUID loadBalancerId) {
        var agents = agents(loadBalancerId);
        var answers = live.traffic(loadBalancerId, agents);
        return agents.stream()
                .map(agent -> new Agent(agent.machineId(), agent.role(), reason(agent, answers)))
                .toList();
    }

    private static AgentReason reason(AgentView agent, Map<UUID, String> answers) {
        if (!agent.connected()) {
            return AgentReason.NOT_CONNECTED;
        }
        return answers.containsKey(agent.machineId())
                ? AgentReason.ANSWERED
                : AgentReason.NO_ANSWER;
    }

    /** From single slots where these are kept, else as they were rolled up. */
    private List<Optional<Point>> points(UUID id, SeriesRange range, Instant now) {
        if (range.size() == 0) {
            return List.of();
        }
        int slots = range.resolution().slots();
        long oldest =
                (now.getEpochSecond() / 60 - TrafficRows.MINUTES) * TrafficRows.SLOTS_OF_A_MINUTE;
        var timeline =
                rows.timelines(
                                List.of(id),
                                Math.max(range.firstSlot(), oldest),
                                Math.max(range.endSlot(), oldest))
                        .getOrDefault(id, new Timeline());
        var rolledUp =
                range.resolution() == Resolution.COARSE
                        ? rows.points(id, range.first(), range.end())
                        : Map.<Long, Point>of();
        var points = new ArrayList<Optional<Point>>();
        for (long number = range.first(); number < range.end(); number++) {
            long firstSlot = number * slots;
            var point =
                    firstSlot < oldest ? Optional.<Point>empty() : timeline.point(firstSlot, slots);
            var before = Optional.ofNullable(rolledUp.get(number));
            points.add(point.or(() -> before));
        }
        return points;
    }

    private static SeriesReport report(
            SeriesRange range, List<Agent> agents, List<Optional<Point>> points) {
        double slots = range.resolution().slots();
        return new SeriesReport(
                range.from(),
                range.to(),
                range.resolution(),
                points.stream().map(it -> rounded(it.map(Point::known).orElse(0) / slots)).toList(),
                agents,
                SeriesKind.ALL.stream().map(kind -> series(kind, points)).toList());
    }

    private static Series series(SeriesKind kind, List<Optional<Point>> points) {
        var values = new ArrayList<@Nullable Double>(points.size());
        for (var point : points) {
            var value = point.map(kind.value());
            values.add(
                    value.isPresent() && value.get().isPresent()
                            ? rounded(value.get().getAsDouble())
                            : null);
        }
        return new Series(kind, values);
    }

    private static Double rounded(double value) {
        return Math.round(value * MICRO) / MICRO;
    }
}
