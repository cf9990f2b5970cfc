package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig.Balancing;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All targets of the present configuration, with their probes. Guarded by the engine's lock. */
final class Targets {
    /** Between the first probes of a configuration's targets: thousands must not go out at once. */
    private static final long STAGGER_MICROS = 200;

    private record Probed(Target target, @Nullable Prober prober) {}

    private final List<EventLoop> loops;
    private final Transport transport;
    private final EngineMeters meters;
    private final EngineEvents events;
    private final AtomicLong healthEpoch = new AtomicLong();
    private Map<Target.Key, Probed> present = Map.of();
    private final List<Target> leaving = new ArrayList<>();

    Targets(List<EventLoop> loops, Transport transport, EngineMeters meters, EngineEvents events) {
        this.loops = loops;
        this.transport = transport;
        this.meters = meters;
        this.events = events;
    }

    /** Pools over targets that keep their state where they stay; nothing is probed yet. */
    Map<String, Pool> pools(AgentConfig config, Map<String, Pool> before) {
        var pools = new LinkedHashMap<String, Pool>();
        for (var pool : config.targetPools()) {
            var old = before.get(pool.name());
            var turn = old == null ? new AtomicInteger() : old.turn();
            var targets = targets(pool);
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

    private List<Target> targets(TargetPoolConfig pool) {
        return pool.targets().stream()
                .map(target -> new Target.Key(pool.name(), target, pool.healthCheck()))
                .map(key -> {
                    var known = present.get(key);
                    return known == null ? new Target(key) : known.target;
                })
                .toList();
    }

    /** Makes these pools' targets the present ones: new ones are probed at once, others no more. */
    void keep(Map<String, Pool> pools) {
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
        retireAllBut(next.keySet());
        present = next;
    }

    private Probed probed(Target target, long delayMicros) {
        if (target.key().check() == null) {
            return new Probed(target, null);
        }
        var loop = loops.get(Math.floorMod(target.key().hashCode(), loops.size()));
        var prober = new Prober(target, loop, transport, meters, this::onChanged);
        prober.start(delayMicros);
        return new Probed(target, prober);
    }

    private void retireAllBut(Set<Target.Key> stay) {
        leaving.removeIf(target -> target.connections() == 0);
        present.forEach((key, probed) -> {
            if (!stay.contains(key)) {
                if (probed.prober != null) {
                    probed.prober.stop();
                }
                leaving.add(probed.target);
            }
        });
    }

    private void onChanged(Target target) {
        healthEpoch.incrementAndGet();
        events.targetChanged(target.health());
    }

    List<TargetHealth> health() {
        return present.values().stream().map(probed -> probed.target.health()).toList();
    }

    /** Present targets, then those that left and still have connections. */
    List<TargetMeter> meters() {
        leaving.removeIf(target -> target.connections() == 0);
        return Stream.concat(
                        present.values().stream().map(probed -> meter(probed.target, false)),
                        leaving.stream().map(target -> meter(target, true)))
                .collect(Collectors.toList());
    }

    private static TargetMeter meter(Target target, boolean draining) {
        var health = target.health();
        return new TargetMeter(
                health.targetPool(),
                health.ip(),
                health.port(),
                !draining && target.isHealthy(),
                draining,
                target.connections());
    }

    void stop() {
        retireAllBut(Set.of());
        present = Map.of();
    }
}
