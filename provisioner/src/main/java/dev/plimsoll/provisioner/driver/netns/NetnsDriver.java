package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.agent.protocol.VipOwnership;
import dev.plimsoll.provisioner.driver.process.AgentVersion;
import dev.plimsoll.provisioner.driver.process.DeathWatch;
import dev.plimsoll.provisioner.driver.process.MachineFolder;
import dev.plimsoll.provisioner.driver.process.ProcessEnd;
import dev.plimsoll.provisioner.machine.AddressRange;
import dev.plimsoll.provisioner.machine.Bootstraps;
import dev.plimsoll.provisioner.machine.Capabilities;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Network;
import dev.plimsoll.provisioner.machine.Networking;
import dev.plimsoll.provisioner.machine.Objection;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.machine.ServiceOrder;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine is a process, {@link Supervisor its init}, in namespaces that end with it, and a folder
 * {@code machines/<id>}. What it has of networks beyond the link to its gateway it gets from the
 * {@link Arranger}.
 */
public final class NetnsDriver implements MachineDriver {
    public static final String NAME = "netns";

    private static final Logger LOG = LoggerFactory.getLogger(NetnsDriver.class);
    private static final String INTERNAL = "TYPE_INTERNAL";
    private static final String NO_SUCH_ADDRESS = "TYPE_FIP_NOT_FOUND";
    private static final String MANAGEMENT_SCOPE = "management";

    /** How long a machine's supervisor may be stopped. */
    private static final Duration HUNG = Duration.ofSeconds(1);

    private final NetnsSettings settings;
    private final Bootstraps bootstraps;
    private final InstallationLock lock;
    private final Names names;
    private final TenantNetworks networks;
    private final Supervisor supervisor;
    private final Arranger arranger;
    private final Path machines;
    private final DeathWatch deaths;
    private final AgentVersion version;

    public NetnsDriver(NetnsSettings settings, Bootstraps bootstraps) {
        this.settings = settings;
        this.bootstraps = bootstraps;
        this.lock = new InstallationLock(TenantNetworks.folder(settings));
        this.names = Names.of(settings.data());
        this.networks = new TenantNetworks(settings, lock);
        this.supervisor = new Supervisor(settings);
        this.machines = settings.data().resolve("machines");
        this.arranger = new Arranger(settings, lock, networks, this::machine);
        this.version = new AgentVersion(settings.program());
        this.deaths = new DeathWatch(settings.watch(), HUNG);
    }

    /** The bridge over which agents dial in, so that the gateway can listen on its address. */
    public void prepare() throws IOException {
        var missing = Host.missing();
        if (missing.isPresent()) {
            throw new IOException(missing.get());
        }
        lock.run(() ->
                networks.links()
                        .ensureManagement(
                                settings.gatewayAddress(), settings.management().prefix()));
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                NAME,
                NAME,
                Layout.of(new Network(new UUID(0, 0), List.of()), Ipv4Block.of(settings.network()))
                        .vips(),
                new AddressRange(settings.external().part(1, 1).toString()));
    }

    @Override
    public Optional<Networking> networking() {
        return Optional.of(arranger);
    }

    @Override
    public Optional<Objection> objection(ServiceOrder order) {
        var address = order.externalAddress();
        return address == null
                        || Ipv4.parse(address).filter(settings.external()::contains).isPresent()
                ? Optional.empty()
                : Optional.of(
                        new Objection(
                                NO_SUCH_ADDRESS,
                                "%s is not an external address here: those lie in %s."
                                        .formatted(address, settings.external())));
    }

    @Override
    public Optional<String> agentVersion() {
        return version.read();
    }

    @Override
    public MachineOutcome ensure(MachineSpec spec) {
        var missing = Host.missing().or(settings.program()::missing);
        if (missing.isPresent()) {
            return new MachineOutcome.Permanent(INTERNAL, missing.get());
        }
        return attempt(
                spec.id(),
                machine -> {
                    var isNew = !machine.folder().exists();
                    machine.create();
                    refreshBootstrap(spec, machine);
                    var running = isNew ? Optional.<ProcessIdentity>empty() : adopt(machine);
                    if (running.isPresent()) {
                        complete(spec, machine, running.get());
                    } else if (machine.folder().process().isEmpty()) {
                        complete(spec, machine, start(spec, machine));
                    }
                });
    }

    @Override
    public Presence observe(MachineSpec spec) {
        try {
            var init = machine(spec.id()).folder().process();
            if (init.isEmpty()) {
                return Presence.ABSENT;
            }
            if (!init.get().isAlive()) {
                return Presence.DEAD;
            }
            deaths.watch(spec.id(), init.get());
            return deaths.isHung(spec.id(), init.get()) ? Presence.HUNG : Presence.RUNNING;
        } catch (IOException e) {
            warn(spec.id(), e);
            return Presence.UNKNOWN;
        }
    }

    @Override
    public MachineOutcome fence(MachineSpec spec) {
        return attempt(spec.id(), machine -> end(machine, Duration.ZERO));
    }

    @Override
    public MachineOutcome remove(MachineSpec spec) {
        return remove(spec.id(), settings.stopGrace());
    }

    @Override
    public MachineOutcome removeOrphan(MachineId machine) {
        return remove(machine, Duration.ZERO);
    }

    @Override
    public MachineOutcome forget(LoadBalancerId loadBalancer) {
        try {
            arranger.forget(loadBalancer);
            return MachineOutcome.OK;
        } catch (IOException e) {
            return new MachineOutcome.Transient(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Collection<MachineId> owned() {
        return MachineFolder.all(machines);
    }

    @Override
    public void onDeath(Consumer<MachineId> listener) {
        deaths.listen(listener);
    }

    /** Stops watching. Machines go on. */
    @Override
    public void close() {
        deaths.close();
    }

    NetnsMachine machine(MachineId id) {
        return NetnsMachine.of(machines, id, settings.agentUid());
    }

    private void refreshBootstrap(MachineSpec spec, NetnsMachine machine) throws IOException {
        var present = machine.agent().bootstrap().orElse(null);
        var vip =
                new VipOwnership.Keepalived(
                        Inside.ROLE_FIFO.toString(), Inside.TRACK_FILE.toString());
        var wanted = bootstraps.bootstrap(spec, vip, Inside.ADMIN_PORT, present);
        if (!wanted.equals(present)) {
            machine.write(wanted);
        }
    }

    private ProcessIdentity start(MachineSpec spec, NetnsMachine machine) throws IOException {
        machine.writeCommand(
                settings.program().line(spec.id(), Inside.AGENT, Inside.PROGRAM, Inside.JAVA));
        var init = supervisor.start(machine);
        machine.folder().write(init);
        LOG.atInfo()
                .addKeyValue("loadBalancerId", spec.loadBalancer())
                .addKeyValue("machineId", spec.id())
                .addKeyValue("pid", init.pid())
                .log("Started a machine");
        return init;
    }

    private void complete(MachineSpec spec, NetnsMachine machine, ProcessIdentity init)
            throws IOException {
        if (!machine.isReady()) {
            connect(machine, init);
        }
        deaths.watch(spec.id(), init);
    }

    /** To its gateway; from then on its agent runs. Closed to everybody else until arranged. */
    private void connect(NetnsMachine machine, ProcessIdentity init) throws IOException {
        lock.run(() -> {
            var own =
                    networks.addresses()
                            .take(
                                    MANAGEMENT_SCOPE,
                                    settings.management(),
                                    machine.id().value(),
                                    Set.of(settings.gatewayAddress()));
            networks.links()
                    .plugManagement(
                            arranger.guard(machine.id(), Names.MANAGEMENT, List.of(own)),
                            init.pid());
            var inside = Namespace.of(init.pid());
            inside.ip(
                    """
                    address add %s/%d dev %s
                    link set dev %s up
                    """
                            .formatted(
                                    own,
                                    settings.management().prefix(),
                                    Names.MANAGEMENT,
                                    Names.MANAGEMENT));
            var filter = MachineFilter.closed(settings.gatewayAddress());
            inside.nft(filter.text());
            machine.markFilter(filter.text());
        });
        machine.markReady();
    }

    private Optional<ProcessIdentity> adopt(NetnsMachine machine) throws IOException {
        var recorded = machine.running();
        if (recorded.isPresent()) {
            return recorded;
        }
        var unrecorded = supervisor.unrecorded(machine);
        if (unrecorded.isPresent()) {
            machine.folder().write(unrecorded.get());
        }
        return unrecorded;
    }

    private MachineOutcome remove(MachineId id, Duration grace) {
        return attempt(
                id,
                machine -> {
                    end(machine, grace);
                    arranger.release(id);
                    machine.folder().delete();
                    deaths.forget(id);
                });
    }

    /** Its links go with its namespace, which the kernel takes apart in its own time; so, here. */
    private void end(NetnsMachine machine, Duration grace) throws IOException {
        if (!machine.folder().exists()) {
            return;
        }
        var init = adopt(machine);
        if (init.isPresent()) {
            ProcessEnd.of(init.get(), grace);
        }
        for (var link : List.of(Names.TENANT, Names.EXTERNAL, Names.MANAGEMENT)) {
            networks.links().unplug(names.port(machine.id(), link));
        }
    }

    private MachineOutcome attempt(MachineId id, Action action) {
        try {
            action.on(machine(id));
            return MachineOutcome.OK;
        } catch (IOException e) {
            warn(id, e);
            return new MachineOutcome.Transient(String.valueOf(e.getMessage()));
        }
    }

    private static void warn(MachineId machine, IOException e) {
        LOG.atWarn()
                .addKeyValue("machineId", machine)
                .setCause(e)
                .log("A call of the netns driver failed");
    }

    private interface Action {
        void on(NetnsMachine machine) throws IOException;
    }
}
