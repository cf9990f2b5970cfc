package dev.plimsoll.api.health;

import dev.plimsoll.api.health.HealthReport.Live;
import dev.plimsoll.api.health.HealthReport.Pool;
import dev.plimsoll.api.health.HealthReport.Seen;
import dev.plimsoll.api.health.HealthReport.State;
import dev.plimsoll.api.health.HealthReport.Target;
import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.status.AgentView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One look at all targets, pool by pool, through the eyes of each agent. The first of these decides
 * what is shown.
 */
final class Sight {
    private static final UUID NOBODY = new UUID(0, 0);

    private final LoadBalancerView view;
    private final List<AgentView> agents;
    private final Map<UUID, LiveHealth.Answer> answers;
    private final Map<Place, Map<UUID, Verdict>> verdicts = new LinkedHashMap<>();
    private final Set<Place> differing;

    Sight(
            LoadBalancerView view,
            List<AgentView> agents,
            Map<UUID, LiveHealth.Answer> answers,
            List<Verdict> told,
            List<Difference> differences) {
        this.view = view;
        this.agents = agents;
        this.answers = answers;
        for (var verdict : told) {
            verdicts.computeIfAbsent(verdict.place(), _ -> new LinkedHashMap<>())
                    .put(verdict.machine(), verdict);
        }
        this.differing = differences.stream().map(Difference::place).collect(Collectors.toSet());
    }

    List<Pool> pools(@Nullable String only) {
        var targets = new LinkedHashMap<String, List<Target>>();
        var told = new LinkedHashSet<Place>();
        for (var pool : view.spec().targetPools()) {
            var ofPool = new ArrayList<Target>();
            targets.put(HealthReports.nameOf(pool), ofPool);
            for (var target : pool.targets()) {
                var ip = Objects.requireNonNull(target.ip());
                var place = Place.of(HealthReports.nameOf(pool), ip, HealthReports.portOf(pool));
                told.add(place);
                ofPool.add(target(place, target.displayName(), ip, HealthReports.probedPort(pool)));
            }
        }
        for (var place : verdicts.keySet()) {
            if (!told.contains(place)) {
                targets.computeIfAbsent(place.targetPool(), _ -> new ArrayList<>())
                        .add(target(place, null, place.address(), place.port()));
            }
        }
        return targets.entrySet().stream()
                .filter(it -> only == null || only.equals(it.getKey()))
                .map(it -> new Pool(it.getKey(), it.getValue()))
                .toList();
    }

    private Target target(Place place, @Nullable String displayName, String ip, int probedPort) {
        var probed = Place.inWords(ip, probedPort);
        var here = verdicts.getOrDefault(place, Map.of());
        var seen = agents.stream().map(it -> seen(it, place, here, probed)).toList();
        return new Target(
                displayName,
                ip,
                place.port(),
                seen.isEmpty() ? notReported(NOBODY, probed, null) : seen.getFirst(),
                differing.contains(place),
                seen);
    }

    private Seen seen(AgentView agent, Place place, Map<UUID, Verdict> verdicts, String probed) {
        var machine = agent.machineId();
        var answer = Optional.ofNullable(answers.get(machine));
        var liveHere = answer.map(it -> it.targets().get(place)).orElse(null);
        var verdict = verdicts.get(machine);
        return verdict == null
                ? notReported(machine, probed, liveHere)
                : new Seen(
                        machine,
                        verdict.state(),
                        verdict.reason(),
                        verdict.reason().sentence(probed, verdict.phase(), verdict.httpStatus()),
                        verdict.since(),
                        liveHere);
    }

    private static Seen notReported(UUID machine, String probed, @Nullable Live live) {
        var reason = HealthReason.NOT_REPORTED;
        return new Seen(
                machine, State.INITIAL, reason, reason.sentence(probed, null, null), null, live);
    }
}
