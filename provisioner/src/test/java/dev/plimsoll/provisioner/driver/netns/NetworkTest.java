package dev.plimsoll.provisioner.driver.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.provisioner.driver.local.AgentHome;
import dev.plimsoll.provisioner.machine.Arrangement;
import dev.plimsoll.provisioner.machine.Arrangement.Entrance;
import dev.plimsoll.provisioner.machine.Arrangement.Group;
import dev.plimsoll.provisioner.machine.Arrangement.Opening;
import dev.plimsoll.provisioner.machine.Arrangement.Transport;
import dev.plimsoll.provisioner.machine.Arrangement.Vips;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Network;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import dev.plimsoll.testing.OwnNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two servers in a network, a client outside, and a load balancer's pair of machines. */
abstract class NetworkTest {
    static final String RED = "10.250.0.11";
    static final String BLUE = "10.250.0.12";
    static final String VIP = "198.51.100.80";
    static final String PRIVATE_VIP = "10.250.128.7";
    static final String CLIENT = "198.51.100.10";
    static final int POOL = 8080;
    static final int HEALTH = 8081;
    static final int SSH = 22;
    static final List<String> EVERYBODY = List.of();

    final LoadBalancerId loadBalancer = new LoadBalancerId(UUID.randomUUID());
    final Network network = new Network(UUID.randomUUID(), List.of());
    final Group ofMachines = new Group(UUID.randomUUID(), "machines");
    final Group ofTargets = new Group(UUID.randomUUID(), "targets");
    final List<MachineSpec> pair =
            IntStream.range(0, 2)
                    .mapToObj(slot ->
                            new MachineSpec(
                                    new MachineId(UUID.randomUUID()),
                                    loadBalancer,
                                    UUID.randomUUID(),
                                    slot,
                                    1))
                    .toList();

    @TempDir Path folder;
    private OwnNamespace namespace;
    NetnsDriver driver;
    TenantNetworks networks;
    Server red;
    Server blue;
    Server client;
    UUID redId;
    UUID blueId;
    UUID clientId;

    @BeforeEach
    void build() throws IOException {
        assumeThat(Host.missing()).isEmpty();
        namespace = OwnNamespace.fresh();
        driver =
                new NetnsDriver(
                        settings(), (machine, vip, port, present) -> bootstrap(machine, vip, port));
        driver.prepare();
        networks = new TenantNetworks(settings());
        red = new Server();
        blue = new Server();
        client = new Server();
        redId = networks.plug(network, red.namespace(), "eth0", RED).id();
        blueId = networks.plug(network, blue.namespace(), "eth0", BLUE).id();
        clientId = networks.plugOutside(client.namespace(), "eth0", CLIENT).id();
        red.listen(SSH, POOL, HEALTH);
        blue.listen(SSH, POOL, HEALTH);
        pair.forEach(machine ->
                assertThat(driver.ensure(machine)).isInstanceOf(MachineOutcome.Ok.class));
    }

    @AfterEach
    void remove() throws IOException {
        if (namespace == null) {
            return;
        }
        driver.owned().forEach(driver::removeOrphan);
        driver.close();
        for (var server : List.of(red, blue, client)) {
            server.close();
        }
        namespace.close();
    }

    void arrange(Arrangement wanted) {
        var networking = driver.networking().orElseThrow();
        assertThat(networking.arrange(wanted)).isEqualTo(MachineOutcome.OK);
        assertThat(networking.arranged(loadBalancer)).contains(wanted);
    }

    Arrangement wanted(boolean assigns, Set<String> targets) {
        return wanted(assigns, targets, EVERYBODY);
    }

    Arrangement wanted(boolean assigns, Set<String> targets, List<String> sources) {
        return wanted(assigns, targets, sources, VIP);
    }

    Arrangement wanted(
            boolean assigns, Set<String> targets, List<String> sources, String externalVip) {
        return new Arrangement(
                loadBalancer,
                network,
                ofMachines,
                ofTargets,
                new Vips(PRIVATE_VIP, externalVip),
                sources,
                Set.of(new Entrance(Transport.TCP, 80)),
                targets.stream()
                        .flatMap(target ->
                                Stream.of(POOL, HEALTH)
                                        .map(port -> new Opening(target, Transport.TCP, port)))
                        .collect(Collectors.toSet()),
                assigns,
                Set.copyOf(pair));
    }

    /** In keepalived's place, whose agents are not real here. */
    void giveVip(MachineSpec machine) throws IOException {
        var log = driver.machine(machine.id()).folder().path().resolve("keepalived.log");
        await("keepalived to have started, which takes off what it finds")
                .atMost(Duration.ofSeconds(20))
                .until(() -> Files.exists(log) && Files.readString(log).contains("complete"));
        new Namespace(inside(machine)).ip("address replace " + VIP + "/32 dev ext0\n");
    }

    Path inside(MachineSpec machine) throws IOException {
        return driver.machine(machine.id()).namespace().orElseThrow().file();
    }

    String address(MachineSpec machine) {
        try {
            return networks.addresses()
                    .of(network.id().toString(), machine.id().value())
                    .orElseThrow()
                    .toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Bootstrap bootstrap(
            MachineSpec machine, dev.plimsoll.agent.protocol.VipOwnership vip, int port) {
        return new Bootstrap(
                machine.id().value(),
                machine.incarnation(),
                machine.loadBalancer().value(),
                List.of(new GatewayAddress("100.64.0.1", 4000)),
                "no certificate",
                "token",
                vip,
                port);
    }

    private NetnsSettings settings() {
        return new NetnsSettings(
                folder,
                AgentHome.in(folder.resolve("agent")),
                null,
                List.of(),
                "10.250.0.0/16",
                "198.51.100.0/24",
                "100.64.0.0/16",
                61_000,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofMillis(100));
    }
}
