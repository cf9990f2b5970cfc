package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.driver.netns.InterfaceFilter.Admission;
import dev.plimsoll.provisioner.driver.netns.SecurityGroup.Rule;
import dev.plimsoll.provisioner.machine.AddressRange;
import dev.plimsoll.provisioner.machine.Arrangement;
import dev.plimsoll.provisioner.machine.Arrangement.Opening;
import dev.plimsoll.provisioner.machine.Filtering;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Network;
import dev.plimsoll.provisioner.machine.Networking;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Addresses, VIPs, packet filters and groups of load balancers. */
final class Arranger implements Networking {
    /** With a link's last address, the VIP, the kernel would take away its routes. */
    private static final String STAYING = "169.254.255.254";

    private final NetnsSettings settings;
    private final InstallationLock lock;
    private final Names names;
    private final TenantNetworks networks;
    private final Records<Arrangement> inForce;
    private final Function<MachineId, NetnsMachine> machines;

    Arranger(
            NetnsSettings settings,
            InstallationLock lock,
            TenantNetworks networks,
            Function<MachineId, NetnsMachine> machines) {
        this.settings = settings;
        this.lock = lock;
        this.names = Names.of(settings.data());
        this.networks = networks;
        this.inForce = networks.arrangements();
        this.machines = machines;
    }

    @Override
    public AddressRange privateAddresses(Network network) {
        return layout(network).vips();
    }

    @Override
    public Optional<Arrangement> arranged(LoadBalancerId loadBalancer) {
        try {
            return inForce.get(loadBalancer.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public MachineOutcome arrange(Arrangement wanted) {
        try {
            lock.run(() -> carryOut(wanted));
            return MachineOutcome.OK;
        } catch (IOException e) {
            return new MachineOutcome.Transient(String.valueOf(e.getMessage()));
        }
    }

    /** Of interfaces that are known in the network; who else is there filters for itself. */
    @Override
    public Filtering filtering(LoadBalancerId loadBalancer, String target) {
        try {
            var arranged = inForce.get(loadBalancer.value());
            if (arranged.isEmpty()) {
                return Filtering.UNKNOWN;
            }
            for (var link : networks.interfaces()) {
                if (link.network().equals(arranged.get().network().id())
                        && link.address().equals(target)) {
                    return filtering(arranged.get(), link);
                }
            }
            return Filtering.NONE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Filtering filtering(Arrangement arranged, Interface link) throws IOException {
        var openings =
                arranged.openings().stream()
                        .filter(opening -> opening.target().equals(link.address()))
                        .toList();
        var machines =
                networks.groups().get(arranged.loadBalancerGroup().id()).addresses().stream()
                        .map(Ipv4::of)
                        .toList();
        var applied = networks.groups().applied(link);
        var outcome =
                !networks.groups().wanted(link).holds(openings, machines)
                        ? Filtering.Outcome.NOT_ADMITTED
                        : applied.isPresent() && applied.get().holds(openings, machines)
                                ? Filtering.Outcome.ADMITTED
                                : Filtering.Outcome.NOT_APPLIED;
        return new Filtering(
                outcome, lines(openings, machines), applied.map(Admitted::lines).orElse(List.of()));
    }

    private static List<String> lines(List<Opening> openings, List<Ipv4> machines) {
        var from = machines.stream().map(it -> new Ipv4Block(it, Ipv4Block.WIDTH)).toList();
        return new Admitted(
                        openings.stream()
                                .map(it ->
                                        new Admission(it.transport(), it.port(), it.port(), from))
                                .toList())
                .lines();
    }

    /** Nothing is left of the load balancer. */
    void forget(LoadBalancerId loadBalancer) throws IOException {
        lock.run(() -> {
            var present = inForce.get(loadBalancer.value());
            if (present.isEmpty()) {
                return;
            }
            networks.groups().delete(present.get().targetGroup().id());
            networks.groups().delete(present.get().loadBalancerGroup().id());
            networks.groups().apply();
            inForce.delete(loadBalancer.value());
            removeIfUnused(present.get().network().id());
        });
    }

    void release(MachineId machine) throws IOException {
        lock.run(() -> networks.addresses().release(machine.value()));
    }

    private void carryOut(Arrangement wanted) throws IOException {
        var layout = layout(wanted.network());
        networks.ensureNetwork(layout.network());
        networks.ensureExternal();
        var addresses = new LinkedHashMap<MachineSpec, Ipv4>();
        for (var machine : inOrder(wanted)) {
            if (machines.apply(machine.id()).running().isPresent()) {
                addresses.put(machine, address(layout, machine, wanted));
            }
        }
        arrangeGroups(wanted, addresses);
        for (var machine : addresses.keySet()) {
            arrange(wanted, layout, machine, addresses);
        }
        networks.groups().apply();
        inForce.put(wanted.loadBalancer().value(), wanted.withMachines(addresses.keySet()));
    }

    /** Those that know nothing yet come last: by then the others listen to them. */
    private List<MachineSpec> inOrder(Arrangement wanted) throws IOException {
        var known = arranged(wanted.loadBalancer()).map(Arrangement::machines).orElse(Set.of());
        return wanted.machines().stream()
                .sorted(
                        Comparator.comparing((MachineSpec machine) -> !known.contains(machine))
                                .thenComparing(MachineSpec::slot)
                                .thenComparing(MachineSpec::incarnation))
                .toList();
    }

    private Ipv4 address(Layout layout, MachineSpec machine, Arrangement wanted)
            throws IOException {
        var targets =
                wanted.openings().stream()
                        .flatMap(opening -> Ipv4.parse(opening.target()).stream())
                        .collect(Collectors.toSet());
        return networks.addresses()
                .take(
                        layout.network().toString(),
                        layout.machines(),
                        machine.id().value(),
                        targets);
    }

    private void arrange(
            Arrangement wanted, Layout layout, MachineSpec spec, Map<MachineSpec, Ipv4> addresses)
            throws IOException {
        var machine = machines.apply(spec.id());
        var init = machine.running();
        if (init.isEmpty()) {
            throw new IOException("Machine " + spec.id() + " ended meanwhile");
        }
        var own = Objects.requireNonNull(addresses.get(spec));
        var guards = guards(wanted, machine.id(), own);
        if (!machine.network().equals(layout.network().toString())) {
            plug(layout, machine, init.get().pid(), own, guards);
        } else if (!machine.isGuardedBy(guards)) {
            for (var guard : guards) {
                networks.links().guard(guard);
            }
            machine.markGuards(guards);
        }
        var peers = new ArrayList<>(addresses.values());
        peers.remove(own);
        filter(machine, init.get().pid(), filter(wanted, own, peers));
        if (machine.write(keepalived(wanted, layout, spec, own, peers))) {
            Supervisor.reload(init.get());
        }
    }

    private void plug(
            Layout layout, NetnsMachine machine, long pid, Ipv4 own, List<PortGuard> guards)
            throws IOException {
        networks.links().plugNetwork(layout.network(), guards.getFirst(), pid);
        networks.links().plugExternal(guards.getLast(), pid);
        Namespace.of(pid)
                .ip(
                        """
                        address add %s/%d dev %s
                        link set dev %s up
                        address add %s/32 dev %s scope host
                        link set dev %s up
                        route add %s dev %s
                        route add default via %s dev %s onlink
                        """
                                .formatted(
                                        own,
                                        layout.block().prefix(),
                                        Names.TENANT,
                                        Names.TENANT,
                                        STAYING,
                                        Names.EXTERNAL,
                                        Names.EXTERNAL,
                                        settings.external(),
                                        Names.EXTERNAL,
                                        settings.externalGateway(),
                                        Names.EXTERNAL));
        machine.markGuards(guards);
        machine.markNetwork(layout.network().toString());
    }

    /** Of the links to the tenant's network and to the world outside. */
    private List<PortGuard> guards(Arrangement wanted, MachineId machine, Ipv4 own) {
        var outside = new ArrayList<Ipv4>();
        outside.add(Ipv4.of(STAYING));
        external(wanted).ifPresent(outside::add);
        return List.of(
                guard(machine, Names.TENANT, List.of(own, Ipv4.of(wanted.vips().privateAddress()))),
                guard(machine, Names.EXTERNAL, outside));
    }

    PortGuard guard(MachineId machine, String link, List<Ipv4> addresses) {
        return new PortGuard(
                names.port(machine, link), names.mac(machine.value()), addresses, null);
    }

    private static void filter(NetnsMachine machine, long pid, MachineFilter filter)
            throws IOException {
        if (!machine.filter().equals(filter.text())) {
            Namespace.of(pid).nft(filter.text());
            machine.markFilter(filter.text());
        }
    }

    private MachineFilter filter(Arrangement wanted, Ipv4 own, List<Ipv4> peers) {
        var vips = new ArrayList<Ipv4>();
        vips.add(Ipv4.of(wanted.vips().privateAddress()));
        external(wanted).ifPresent(vips::add);
        return new MachineFilter(
                settings.gatewayAddress(),
                own,
                peers,
                vips,
                wanted.entrances(),
                sources(wanted.allowedSourceRanges()));
    }

    private static @Nullable List<Ipv4Block> sources(List<String> ranges) {
        var blocks = ranges.stream().flatMap(range -> Ipv4Block.parse(range).stream()).toList();
        var isForAll = ranges.isEmpty() || blocks.stream().anyMatch(block -> block.prefix() == 0);
        return isForAll ? null : blocks;
    }

    private KeepalivedFile keepalived(
            Arrangement wanted, Layout layout, MachineSpec spec, Ipv4 own, List<Ipv4> peers) {
        return new KeepalivedFile(
                spec.slot(),
                settings.advert(),
                own,
                peers.isEmpty() ? List.of(layout.nobody()) : peers,
                Ipv4.of(wanted.vips().privateAddress()),
                external(wanted).orElse(null));
    }

    private static Optional<Ipv4> external(Arrangement wanted) {
        return Optional.ofNullable(wanted.vips().externalAddress()).map(Ipv4::of);
    }

    private void arrangeGroups(Arrangement wanted, Map<MachineSpec, Ipv4> addresses)
            throws IOException {
        var loadBalancer = wanted.loadBalancer().value();
        var own = wanted.loadBalancerGroup();
        var targets = wanted.targetGroup();
        networks.groups()
                .put(
                        new SecurityGroup(
                                own.id(),
                                own.name(),
                                loadBalancer,
                                Set.of(),
                                addresses.values().stream()
                                        .map(Ipv4::toString)
                                        .collect(Collectors.toSet())));
        networks.groups()
                .put(
                        new SecurityGroup(
                                targets.id(),
                                targets.name(),
                                loadBalancer,
                                wanted.openings().stream()
                                        .map(opening ->
                                                Rule.from(
                                                        own.id(),
                                                        opening.transport(),
                                                        opening.port()))
                                        .collect(Collectors.toSet()),
                                Set.of()));
        assign(wanted);
    }

    /** The target group to those of the network's interfaces that are targets, and to no others. */
    private void assign(Arrangement wanted) throws IOException {
        var targets = wanted.openings().stream().map(Opening::target).collect(Collectors.toSet());
        var group = wanted.targetGroup().id();
        var members = networks.groups().members(group);
        for (var link : networks.interfaces()) {
            var isTarget =
                    wanted.assignsTargets()
                            && link.network().equals(wanted.network().id())
                            && targets.contains(link.address());
            if (isTarget) {
                networks.groups().assign(link.id(), group);
            } else if (members.contains(link.id())) {
                networks.groups().unassign(link.id(), group);
            }
        }
    }

    private void removeIfUnused(UUID network) throws IOException {
        var isUsed =
                inForce.all().stream().anyMatch(other -> other.network().id().equals(network))
                        || networks.interfaces().stream()
                                .anyMatch(link -> link.network().equals(network));
        if (!isUsed) {
            networks.links().removeNetwork(network);
        }
    }

    private Layout layout(Network network) {
        return Layout.of(network, Ipv4Block.of(settings.network()));
    }
}
