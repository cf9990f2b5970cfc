package dev.plimsoll.provisioner.machine;

import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one load balancer that the network has to know.
 *
 * @param allowedSourceRanges who may make connections; none for everybody
 * @param openings where its machines talk to targets, health checks included
 * @param assignsTargets whether targets that are known in the network get the target group
 * @param machines those that run
 */
public record Arrangement(
        LoadBalancerId loadBalancer,
        Network network,
        Group loadBalancerGroup,
        Group targetGroup,
        Vips vips,
        List<String> allowedSourceRanges,
        Set<Entrance> entrances,
        Set<Opening> openings,
        boolean assignsTargets,
        Set<MachineSpec> machines) {

    public Arrangement {
        allowedSourceRanges = List.copyOf(allowedSourceRanges);
        entrances = Set.copyOf(entrances);
        openings = Set.copyOf(openings);
        machines = Set.copyOf(machines);
    }

    public enum Transport {
        TCP,
        UDP
    }

    /** A security group. Its name is for people alone. */
    public record Group(UUID id, String name) {}

    public record Vips(String privateAddress, @Nullable String externalAddress) {}

    /** Where clients come in: the same port on each VIP. */
    public record Entrance(Transport transport, int port) {}

    /** What a target lets in. */
    public record Opening(String target, Transport transport, int port) {}

    /** Whether everything that {@code wanted} needs is open already. */
    public boolean covers(Arrangement wanted) {
        return union(wanted).equals(this);
    }

    /** What both need; where they contradict each other, as {@code newer} wants it. */
    public Arrangement union(Arrangement newer) {
        return new Arrangement(
                newer.loadBalancer,
                newer.network,
                newer.loadBalancerGroup,
                newer.targetGroup,
                newer.vips,
                newer.allowedSourceRanges,
                join(entrances, newer.entrances),
                join(openings, newer.openings),
                newer.assignsTargets,
                join(machines, newer.machines));
    }

    public Arrangement withMachines(Set<MachineSpec> present) {
        return new Arrangement(
                loadBalancer,
                network,
                loadBalancerGroup,
                targetGroup,
                vips,
                allowedSourceRanges,
                entrances,
                openings,
                assignsTargets,
                present);
    }

    private static <T> Set<T> join(Set<T> one, Set<T> other) {
        var all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }
}
