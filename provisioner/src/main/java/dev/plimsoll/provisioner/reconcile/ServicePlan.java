package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.provisioner.machine.Objection;
import dev.plimsoll.provisioner.reconcile.Observed.Machine;
import dev.plimsoll.provisioner.reconcile.Observed.Published;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Address → claims → configuration and machines; what is not needed any more goes last. */
final class ServicePlan {
    private ServicePlan() {}

    static Plan of(Desired.Served desired, Observed observed) {
        var objection = observed.objection();
        if (objection != null) {
            return opposed(objection, desired.spec(), observed);
        }
        var vips = vips(desired.spec(), observed);
        if (vips.isEmpty()) {
            return allocate(desired.spec(), observed);
        }
        var wanted = claims(desired.spec(), vips.get());
        if (!observed.foreignClaims().isEmpty()) {
            return taken(observed);
        }
        if (!observed.claims().containsAll(wanted)) {
            return Plan.of(
                    Plan.join(
                            List.of(new Step.ClaimListeners(missing(wanted, observed.claims()))),
                            upkeep(observed)));
        }
        var steps = new ArrayList<Step>();
        ArrangementPlan.opening(desired, observed, vips.get()).ifPresent(steps::add);
        publish(desired, observed, vips.get()).ifPresent(steps::add);
        steps.addAll(MachinePlan.of(observed, true));
        steps.addAll(VipPlan.of(observed));
        if (steps.isEmpty() && isInForce(observed)) {
            steps.addAll(release(desired.spec(), observed, wanted));
            ArrangementPlan.closing(desired, observed, vips.get()).ifPresent(steps::add);
        }
        return Plan.of(steps);
    }

    /** External address first, if any. Empty until all are known. */
    static Optional<List<String>> vips(Spec spec, Observed observed) {
        if (wantedKinds(spec).stream().anyMatch(kind -> !observed.addresses().containsKey(kind))) {
            return Optional.empty();
        }
        var vips = new ArrayList<String>();
        var external =
                spec.isEphemeral()
                        ? observed.addresses().get(AddressKind.EPHEMERAL)
                        : spec.externalAddress();
        if (external != null) {
            vips.add(external);
        }
        var privateAddress = observed.addresses().get(AddressKind.PRIVATE);
        if (privateAddress != null && !vips.contains(privateAddress)) {
            vips.add(privateAddress);
        }
        return Optional.of(vips);
    }

    static List<AddressKind> wantedKinds(Spec spec) {
        return spec.isEphemeral()
                ? List.of(AddressKind.PRIVATE, AddressKind.EPHEMERAL)
                : List.of(AddressKind.PRIVATE);
    }

    static Set<Claim> claims(Spec spec, List<String> vips) {
        var claims = new LinkedHashSet<Claim>();
        for (var vip : vips) {
            for (var listener : spec.listeners()) {
                var isUdp = ConfigCompiler.protocol(listener) == Protocol.UDP;
                claims.add(
                        new Claim(
                                vip,
                                isUdp ? Claim.Transport.UDP : Claim.Transport.TCP,
                                listener.port()));
            }
        }
        return claims;
    }

    /** The address is given all the same: clients show it in an error, too. */
    private static Plan opposed(Objection objection, Spec spec, Observed observed) {
        var addresses =
                objection.errorType().equals(Plan.IP_EXHAUSTED)
                        ? List.<Step>of()
                        : allocations(spec, observed);
        return new Plan.Impossible(
                objection.errorType(), objection.text(), Plan.join(addresses, upkeep(observed)));
    }

    private static List<Step> allocations(Spec spec, Observed observed) {
        var steps = new ArrayList<Step>();
        for (var kind : wantedKinds(spec)) {
            var address = observed.free().get(kind);
            if (address != null && !observed.addresses().containsKey(kind)) {
                steps.add(new Step.AllocateAddress(kind, address));
            }
        }
        return steps;
    }

    private static Plan allocate(Spec spec, Observed observed) {
        for (var kind : wantedKinds(spec)) {
            if (!observed.addresses().containsKey(kind) && !observed.free().containsKey(kind)) {
                return new Plan.Impossible(
                        Plan.IP_EXHAUSTED,
                        "No free " + kind.name().toLowerCase(Locale.ROOT) + " address is left.",
                        upkeep(observed));
            }
        }
        return Plan.of(Plan.join(allocations(spec, observed), upkeep(observed)));
    }

    private static Plan taken(Observed observed) {
        var which =
                new TreeSet<>(
                        observed.foreignClaims().stream()
                                .map(Claim::toString)
                                .collect(Collectors.toSet()));
        return new Plan.Impossible(
                Plan.ADDRESS_TAKEN,
                "Another load balancer listens on " + String.join(", ", which) + ".",
                upkeep(observed));
    }

    private static List<Step> upkeep(Observed observed) {
        return Plan.join(
                ArrangementPlan.upkeep(observed).stream().toList(),
                Plan.join(
                        MachinePlan.of(observed, observed.newest() != null), VipPlan.of(observed)));
    }

    /** Empty where agents have what they need. */
    static Optional<Step.PublishConfig> publish(
            Desired.Served desired, Observed observed, List<String> vips) {
        var newest = observed.newest();
        if (newest != null && isSound(newest, observed)) {
            var same = ConfigCompiler.compile(desired, vips, newest.revision());
            if (ConfigDocument.of(same).equals(newest.document())) {
                return Optional.empty();
            }
        }
        return Optional.of(
                new Step.PublishConfig(
                        ConfigCompiler.compile(desired, vips, nextRevision(observed))));
    }

    /**
     * False when an agent has seen a revision that the database does not know, as after a restore
     * from a backup: it would refuse ours, or take two documents for one.
     */
    private static boolean isSound(Published newest, Observed observed) {
        return observed.machines().stream()
                .flatMap(machine -> Optional.ofNullable(machine.agent()).stream())
                .allMatch(agent ->
                        agent.appliedRevision() <= newest.revision()
                                && (agent.appliedRevision() < newest.revision()
                                        || newest.sha256().equals(agent.appliedSha256()))
                                && !isStale(agent, newest));
    }

    private static boolean isStale(Observed.Agent agent, Published newest) {
        var refused = agent.refused();
        return refused != null
                && refused.code() == Refusal.STALE
                && refused.revision() == newest.revision();
    }

    private static long nextRevision(Observed observed) {
        var newest = observed.newest();
        return 1
                + Math.max(
                        newest == null ? 0 : newest.revision(),
                        observed.machines().stream()
                                .flatMap(machine -> Optional.ofNullable(machine.agent()).stream())
                                .mapToLong(Observed.Agent::appliedRevision)
                                .max()
                                .orElse(0));
    }

    /** Only then is it certain that nobody listens where the order no longer wants it. */
    private static boolean isInForce(Observed observed) {
        var newest = observed.newest();
        return newest != null
                && observed.active().isPresent()
                && observed.machines().stream()
                        .filter(Machine::isConnected)
                        .allMatch(machine ->
                                machine.agentOrThrow().appliedRevision() >= newest.revision());
    }

    private static List<Step> release(Spec spec, Observed observed, Set<Claim> wanted) {
        var steps = new ArrayList<Step>();
        var unneeded = missing(observed.claims(), wanted);
        if (!unneeded.isEmpty()) {
            steps.add(new Step.ReleaseClaims(unneeded));
        }
        var ephemeral = observed.addresses().get(AddressKind.EPHEMERAL);
        if (ephemeral != null && !spec.isEphemeral() && !ephemeral.equals(spec.externalAddress())) {
            steps.add(new Step.ReleaseAddress(AddressKind.EPHEMERAL, ephemeral));
        }
        return steps;
    }

    private static Set<Claim> missing(Set<Claim> wanted, Set<Claim> held) {
        var missing = new LinkedHashSet<>(wanted);
        missing.removeAll(held);
        return missing;
    }
}
