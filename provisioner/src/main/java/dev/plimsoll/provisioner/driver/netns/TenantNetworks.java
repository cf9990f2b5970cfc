package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.machine.Arrangement;
import dev.plimsoll.provisioner.machine.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a cloud's network service would be asked for: servers' interfaces and security groups, in
 * the networks of one installation. To be used in the provisioner's network namespace.
 *
 * <p>An interface lets nothing in but answers and what one of its groups admits.
 */
public final class TenantNetworks {
    private final NetnsSettings settings;
    private final InstallationLock lock;
    private final Names names;
    private final Links links;
    private final Reservations addresses;
    private final Records<Interface> interfaces;
    private final Records<Arrangement> arrangements;
    private final SecurityGroups groups;

    public TenantNetworks(NetnsSettings settings) {
        this(settings, new InstallationLock(folder(settings)));
    }

    TenantNetworks(NetnsSettings settings, InstallationLock lock) {
        var folder = folder(settings);
        this.settings = settings;
        this.lock = lock;
        this.names = Names.of(settings.data());
        this.links = new Links(names);
        this.addresses = new Reservations(folder.resolve("addresses"));
        this.interfaces = new Records<>(folder.resolve("interfaces"), Interface.class);
        this.arrangements = new Records<>(folder.resolve("arrangements"), Arrangement.class);
        this.groups = new SecurityGroups(folder, interfaces);
    }

    static Path folder(NetnsSettings settings) {
        return settings.data().resolve("network");
    }

    /** Connects a server to a network under an address of the tenant's half. */
    public Interface plug(Network network, Path namespace, String link, String address)
            throws IOException {
        return lock.with(() -> {
            var layout = Layout.of(network, Ipv4Block.of(settings.network()));
            var made =
                    new Interface(
                            UUID.randomUUID(), network.id(), namespace.toString(), link, address);
            reserve(layout, made);
            ensureNetwork(network.id());
            links.plugNetwork(network.id(), guard(made), made.place(), link);
            interfaces.put(made.id(), made);
            groups.apply(made);
            made.place().ip(up(link, address, layout.block().prefix()));
            return made;
        });
    }

    /**
     * Connects somebody to the world outside, where clients are. Nothing is filtered there but what
     * pretends to come from somebody else who is.
     */
    public Interface plugOutside(Path namespace, String link, String address) throws IOException {
        return lock.with(() -> {
            var made =
                    new Interface(
                            UUID.randomUUID(),
                            Interface.OUTSIDE,
                            namespace.toString(),
                            link,
                            address);
            ensureExternal();
            links.plugExternal(guard(made), made.place(), link);
            interfaces.put(made.id(), made);
            made.place().ip(up(link, address, settings.external().prefix()));
            return made;
        });
    }

    public void unplug(UUID id) throws IOException {
        lock.run(() -> {
            var found = interfaces.get(id);
            if (found.isEmpty()) {
                return;
            }
            for (var group : groups.of(id)) {
                groups.unassign(id, group.id());
            }
            groups.lift(found.get());
            links.unplug(names.port(id));
            addresses.release(id);
            interfaces.delete(id);
            groups.apply();
        });
    }

    public UUID createGroup(String name) throws IOException {
        var group = new SecurityGroup(UUID.randomUUID(), name, null, Set.of(), Set.of());
        lock.run(() -> groups.put(group));
        return group.id();
    }

    public void deleteGroup(UUID group) throws IOException {
        lock.run(() -> {
            groups.delete(group);
            groups.apply();
        });
    }

    public void addRule(UUID group, SecurityGroup.Rule rule) throws IOException {
        lock.run(() -> {
            groups.put(groups.get(group).with(rule));
            groups.apply();
        });
    }

    public void assign(UUID member, UUID group) throws IOException {
        lock.run(() -> {
            groups.get(group);
            groups.assign(member, group);
            groups.apply();
        });
    }

    public void unassign(UUID member, UUID group) throws IOException {
        lock.run(() -> {
            groups.unassign(member, group);
            groups.apply();
        });
    }

    public List<Interface> interfaces() throws IOException {
        return interfaces.all();
    }

    public Set<UUID> groupsOf(UUID member) throws IOException {
        return groups.of(member).stream().map(SecurityGroup::id).collect(Collectors.toSet());
    }

    SecurityGroups groups() {
        return groups;
    }

    Reservations addresses() {
        return addresses;
    }

    Links links() {
        return links;
    }

    /**
     * The bridges go. Machines and interfaces that are left are connected again with the bridges
     * that come next.
     */
    public void removeBridges() throws IOException {
        lock.run(() ->
                links.removeAll(
                        Stream.concat(
                                        interfaces.all().stream().map(Interface::network),
                                        arrangements.all().stream()
                                                .map(arrangement -> arrangement.network().id()))
                                .distinct()
                                .toList()));
    }

    void ensureNetwork(UUID network) throws IOException {
        links.ensureNetwork(network, guardsOf(network));
    }

    void ensureExternal() throws IOException {
        links.ensureExternal(
                settings.externalGateway(),
                settings.external().prefix(),
                guardsOf(Interface.OUTSIDE));
    }

    Records<Arrangement> arrangements() {
        return arrangements;
    }

    private List<PortGuard> guardsOf(UUID network) throws IOException {
        return interfaces.all().stream()
                .filter(link -> link.network().equals(network))
                .map(this::guard)
                .toList();
    }

    private PortGuard guard(Interface link) {
        return new PortGuard(
                names.port(link.id()),
                names.mac(link.id()),
                List.of(Ipv4.of(link.address())),
                link.isOutside() ? settings.external() : null);
    }

    private void reserve(Layout layout, Interface made) throws IOException {
        var address = Ipv4.of(made.address());
        if (!layout.block().part(0, 1).contains(address)) {
            throw new IOException(
                    "%s is not in the first half of %s, which is for servers"
                            .formatted(address, layout.block()));
        }
        if (!addresses.claim(made.network().toString(), address, made.id())) {
            throw new IOException("Somebody else has the address " + address);
        }
    }

    private static String up(String link, String address, int prefix) {
        return """
        address add %s/%d dev %s
        link set dev %s up
        """
                .formatted(address, prefix, link, link);
    }
}
