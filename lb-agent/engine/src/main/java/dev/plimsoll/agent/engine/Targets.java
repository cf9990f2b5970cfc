package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig.Balancing;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All targets of the present configuration, with their probes. Guarded by the engine's lock. */
final class Targets {
    /** Between the first probes of a configuration's targets: thousands must not go out at once. */
    private static final long STAGGER_MICROS = 200;

    /** Multiples of it, without their whole part, lie evenly in 0 to 1 however many there are. */
    private static final double GOLDEN = 0.6180339887498949;

    private record Probed(Target target, @Nullable Prober prober) {}

    private final List<Prober.Ground> grounds;
    private final EngineEvents events;
    private final ProbeTls tls = new ProbeTls();
    private final AtomicLong healthEpoch = new AtomicLong();
    private Map<Target.Key, Probed> present = Map.of();
    private final List<Target> leaving = new ArrayList<>();
    private long started;

    Targets(List<Prober.Ground> grounds, EngineEvents events) {
        this.grounds = grounds;
        this.events = events;
    }

    /** Pools over targets that keep their state where they stay; nothing is probed yet. */
    Map<String, Pool> pools(AgentConfig config, Map<String, Pool> before) {
        var proxied = poolsOf(config, Protocol.TCP_PROXY);
        var pools = new LinkedHashMap<String, Pool>();
        for (var pool : config.targetPools()) {
            var old = before.get(pool.name());
            var turn = old == null ? new AtomicInteger() : old.turn();
            var targets = targets(pool, proxied.contains(pool.name()));
            var maglev =
                    pool.balancing() == Balancing.MAGLEV
                            ? Maglev.of(
                                    config.loadBalancerId(),
                                    targets,
                                    old == null ? null : old.maglev())
                            : null;
            pools.put(pool.name(), new Pool(targets, healthEpoch, turn, maglev));
        }
        return pools;
    }

    private static Set<String> poolsOf(AgentConfig config, Protocol protocol) {
        return config.listeners().stream()
                .filter(listener -> listener.protocol() == protocol)
                .map(ListenerConfig::targetPool)
                .collect(Collectors.toSet());
    }

    private List<Target> targets(TargetPoolConfig pool, boolean isProxied) {
        return pool.targets().stream()
                .map(target -> new Target.Key(pool.name(), target, pool.healthCheck(), isProxied))
                .map(key -> {
                    var known = present.get(key);
                    return known == null ? new Target(key) : known.target;
                })
                .toList();
    }

    Set<Target.Key> keys() {
        return Set.copyOf(present.keySet());
    }

    /** Makes these pools' targets the present ones: new ones are probed at once, others no more. */
    void keep(Map<String, Pool> pools, Difference difference) {
        var next = new LinkedHashMap<Target.Key, Probed>();
        long fresh = 0;
        for (var pool : pools.values()) {
            for (var target : pool.targets()) {
                var known = present.get(target.key());
                next.put(
                        target.key(),
                        known != null ? known : probed(target, STAGGER_MICROS * fresh++));
            }
        }
        retire(difference.leaving());
        present = next;
        tls.keepOnly(tlsSettings(next.keySet()));
    }

    private static Set<HealthCheckConfig.Tls> tlsSettings(Collection<Target.Key> keys) {
        return keys.stream()
                .map(Target.Key::check)
                .filter(Objects::nonNull)
                .map(HealthCheckConfig::http)
                .filter(Objects::nonNull)
                .map(HealthCheckConfig.Http::tls)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private Probed probed(Target target, long delayMicros) {
        var check = target.key().check();
        if (check == null) {
            return new Probed(target, null);
        }
        var ground = grounds.get((int) (started % grounds.size()));
        double phase = started++ * GOLDEN % 1;
        var plan = ProbePlan.of(target, check, tls);
        var prober = new Prober(target, plan, ground, phase, this::onChanged);
        prober.start(delayMicros);
        return new Probed(target, prober);
    }

    private void retire(Set<Target.Key> gone) {
        for (var key : gone) {
            var probed = Objects.requireNonNull(present.get(key));
            if (probed.prober != null) {
                probed.prober.stop();
            }
            probed.target.leave();
            leaving.add(probed.target);
        }
        leaving.removeIf(target -> target.connections() == 0);
    }

    private void onChanged(Target target) {
        healthEpoch.incrementAndGet();
        events.targetChanged(target.healthInFull());
    }

    /** Present targets, then those that left and still have connections. */
    List<TargetHealth> health() {
        return all(Target::health);
    }

    List<TargetHealth> healthInFull() {
        return present.values().stream().map(probed -> probed.target.healthInFull()).toList();
    }

    /** The present target at that place; empty where there is none. */
    Optional<Target> find(String pool, InetSocketAddress address) {
        return present.values().stream()
                .map(Probed::target)
                .filter(target ->
                        target.key().pool().equals(pool) && target.address().equals(address))
                .findFirst();
    }

    /** How a target is probed; null where it is not. */
    @Nullable ProbePlan planOf(Target target) {
        var check = target.key().check();
        return check == null ? null : ProbePlan.of(target, check, tls);
    }

    List<TargetMeter> meters() {
        return all(Targets::meter);
    }

    private interface Report<T> {
        T of(Target target, int connections);
    }

    /** A place is told once, though a target may be there that has left, with another check. */
    private <T> List<T> all(Report<T> report) {
        leaving.removeIf(target -> target.connections() == 0);
        var connections =
                leaving.stream()
                        .collect(
                                Collectors.toMap(
                                        target -> target.key().place(),
                                        Target::connections,
                                        Integer::sum,
                                        LinkedHashMap::new));
        var all = new ArrayList<T>();
        for (var probed : present.values()) {
            var target = probed.target;
            var ofThoseThatLeft = connections.remove(target.key().place());
            int more = ofThoseThatLeft == null ? 0 : ofThoseThatLeft;
            all.add(report.of(target, target.connections() + more));
        }
        var left =
                leaving.stream()
                        .collect(
                                Collectors.toMap(
                                        target -> target.key().place(),
                                        Function.identity(),
                                        (_, last) -> last));
        connections.forEach(
                (place, n) -> all.add(report.of(Objects.requireNonNull(left.get(place)), n)));
        return all;
    }

    /** How many targets have left their pools and still have connections. */
    int draining() {
        leaving.removeIf(target -> target.connections() == 0);
        return leaving.size();
    }

    private static TargetMeter meter(Target target, int connections) {
        var key = target.key();
        return new TargetMeter(
                key.pool(),
                key.target().ip(),
                key.target().port(),
                target.isHealthy(),
                target.state() == TargetHealth.State.DRAINING,
                connections);
    }

    void stop() {
        retire(keys());
        present = Map.of();
        tls.stop();
    }
}
