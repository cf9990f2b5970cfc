package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import dev.plimsoll.provisioner.machine.Arrangement;
import dev.plimsoll.provisioner.machine.Arrangement.Entrance;
import dev.plimsoll.provisioner.machine.Arrangement.Opening;
import dev.plimsoll.provisioner.machine.Arrangement.Transport;
import dev.plimsoll.provisioner.machine.Arrangement.Vips;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Presence;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is needed opens before agents are told of it; what is not closes when all have followed. */
final class ArrangementPlan {
    private ArrangementPlan() {}

    static Optional<Step> opening(Desired.Served desired, Observed observed, List<String> vips) {
        var surroundings = observed.surroundings();
        if (surroundings == null) {
            return Optional.empty();
        }
        var wanted = wanted(desired, observed, surroundings, vips);
        var present = surroundings.arranged();
        if (present == null) {
            return Optional.of(new Step.Arrange(wanted));
        }
        return present.covers(wanted)
                ? Optional.empty()
                : Optional.of(new Step.Arrange(present.union(wanted)));
    }

    static Optional<Step> closing(Desired.Served desired, Observed observed, List<String> vips) {
        var surroundings = observed.surroundings();
        if (surroundings == null) {
            return Optional.empty();
        }
        var wanted = wanted(desired, observed, surroundings, vips);
        return wanted.equals(surroundings.arranged())
                ? Optional.empty()
                : Optional.of(new Step.Arrange(wanted));
    }

    /** New machines are given what the others have, whatever may be wrong with a newer order. */
    static Optional<Step> upkeep(Observed observed) {
        var surroundings = observed.surroundings();
        var present = surroundings == null ? null : surroundings.arranged();
        if (present == null || present.machines().containsAll(running(observed))) {
            return Optional.empty();
        }
        return Optional.of(new Step.Arrange(present.withMachines(running(observed))));
    }

    private static Arrangement wanted(
            Desired.Served desired,
            Observed observed,
            Surroundings surroundings,
            List<String> vips) {
        var config = ConfigCompiler.compile(desired, vips, 1);
        return new Arrangement(
                desired.id(),
                surroundings.network(),
                surroundings.loadBalancerGroup(),
                surroundings.targetGroup(),
                vips(observed, vips),
                config.allowedSourceRanges(),
                config.listeners().stream()
                        .map(listener -> new Entrance(transport(listener), listener.port()))
                        .collect(Collectors.toSet()),
                openings(config),
                desired.spec().assignsTargets(),
                running(observed));
    }

    private static Vips vips(Observed observed, List<String> vips) {
        var inside = Objects.requireNonNull(observed.addresses().get(AddressKind.PRIVATE));
        return new Vips(
                inside, vips.stream().filter(vip -> !vip.equals(inside)).findFirst().orElse(null));
    }

    private static Set<Opening> openings(AgentConfig config) {
        var openings = new LinkedHashSet<Opening>();
        for (var pool : config.targetPools()) {
            var check = pool.healthCheck();
            for (var target : pool.targets()) {
                for (var transport : transports(config, pool)) {
                    openings.add(new Opening(target.ip(), transport, target.port()));
                }
                if (check != null) {
                    var port = Objects.requireNonNullElse(check.port(), target.port());
                    openings.add(new Opening(target.ip(), Transport.TCP, port));
                }
            }
        }
        return openings;
    }

    private static Set<Transport> transports(AgentConfig config, TargetPoolConfig pool) {
        return config.listeners().stream()
                .filter(listener -> listener.targetPool().equals(pool.name()))
                .map(ArrangementPlan::transport)
                .collect(Collectors.toSet());
    }

    private static Transport transport(ListenerConfig listener) {
        return listener.protocol() == Protocol.UDP ? Transport.UDP : Transport.TCP;
    }

    private static Set<MachineSpec> running(Observed observed) {
        return observed.machines().stream()
                .filter(machine -> machine.presence() == Presence.RUNNING)
                .map(Observed.Machine::spec)
                .collect(Collectors.toSet());
    }
}
