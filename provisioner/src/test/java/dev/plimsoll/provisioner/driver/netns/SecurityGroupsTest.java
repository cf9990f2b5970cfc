package dev.plimsoll.provisioner.driver.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.provisioner.driver.local.AgentHome;
import dev.plimsoll.provisioner.machine.Arrangement;
import dev.plimsoll.provisioner.machine.Arrangement.Entrance;
import dev.plimsoll.provisioner.machine.Arrangement.Group;
import dev.plimsoll.provisioner.machine.Arrangement.Opening;
import dev.plimsoll.provisioner.machine.Arrangement.Transport;
import dev.plimsoll.provisioner.machine.Arrangement.Vips;
import dev.plimsoll.provisioner.machine.Filtering;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Network;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.io.IOException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who can talk to whom, tried with connections between real namespaces. */
class SecurityGroupsTest {
    private static final String RED = "10.250.0.11";
    private static final String BLUE = "10.250.0.12";
    private static final String VIP = "198.51.100.80";
    private static final int POOL = 8080;
    private static final int HEALTH = 8081;
    private static final int SSH = 22;
    private static final List<String> EVERYBODY = List.of();

    private final LoadBalancerId loadBalancer = new LoadBalancerId(UUID.randomUUID());
    private final Network network = new Network(UUID.randomUUID(), List.of());
    private final Group ofMachines = new Group(UUID.randomUUID(), "machines");
    private final Group ofTargets = new Group(UUID.randomUUID(), "targets");
    private final List<MachineSpec> pair =
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
    private NetnsDriver driver;
    private TenantNetworks networks;
    private Server red;
    private Server blue;
    private Server client;
    private UUID redId;
    private UUID blueId;

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
        networks.plugOutside(client.namespace(), "eth0", "198.51.100.10");
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

    @Test
    void targetsLetInTheMachinesOnPoolAndHealthPortsAndNobodyElse() throws IOException {
        arrange(wanted(true, Set.of(RED)));

        for (var machine : pair) {
            assertThat(Server.reaches(inside(machine), RED, POOL)).isTrue();
            assertThat(Server.reaches(inside(machine), RED, HEALTH)).isTrue();
            assertThat(Server.reaches(inside(machine), RED, SSH)).isFalse();
            assertThat(Server.reaches(inside(machine), BLUE, POOL)).isFalse();
        }
        for (var port : List.of(SSH, POOL, HEALTH)) {
            assertThat(blue.reaches(RED, port)).isFalse();
        }
    }

    @Test
    void rulesFollowThePoolsAndAreGoneAfterDeletion() throws IOException {
        arrange(wanted(true, Set.of(RED)));
        arrange(wanted(true, Set.of(BLUE)));

        assertThat(Server.reaches(inside(pair.getFirst()), RED, POOL)).isFalse();
        assertThat(Server.reaches(inside(pair.getFirst()), BLUE, POOL)).isTrue();
        assertThat(networks.groupsOf(redId)).isEmpty();

        pair.forEach(driver::fence);
        pair.forEach(driver::remove);
        assertThat(driver.forget(loadBalancer)).isInstanceOf(MachineOutcome.Ok.class);

        assertThat(networks.groupsOf(blueId)).isEmpty();
        assertThat(new Namespace(blue.namespace()).run("", "nft", "list", "ruleset"))
                .doesNotContain("10.250.192.");
        assertThat(driver.networking().orElseThrow().arranged(loadBalancer)).isEmpty();
    }

    @Test
    void targetsAreLeftAloneOnRequestAndAUsersRuleForTheMachinesGroupAdmitsThem()
            throws IOException {
        arrange(wanted(false, Set.of(RED)));
        assertThat(networks.groupsOf(redId)).isEmpty();
        assertThat(Server.reaches(inside(pair.getFirst()), RED, POOL)).isFalse();

        var own = networks.createGroup("web servers");
        networks.addRule(own, SecurityGroup.Rule.from(ofMachines.id(), Transport.TCP, POOL));
        networks.assign(redId, own);

        assertThat(Server.reaches(inside(pair.getFirst()), RED, POOL)).isTrue();
        assertThat(Server.reaches(inside(pair.getLast()), RED, POOL)).isTrue();
        assertThat(Server.reaches(inside(pair.getFirst()), RED, HEALTH)).isFalse();
        assertThat(blue.reaches(RED, POOL)).isFalse();
    }

    @Test
    void whatIsWantedIsComparedWithWhatIsInForce() throws IOException {
        var networking = driver.networking().orElseThrow();
        arrange(wanted(false, Set.of(RED)));

        var unassigned = networking.filtering(loadBalancer, RED);

        assertThat(unassigned.outcome()).isEqualTo(Filtering.Outcome.NOT_ADMITTED);
        assertThat(unassigned.wanted())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains(address(pair.getFirst())));
        assertThat(unassigned.applied()).isEmpty();

        arrange(wanted(true, Set.of(RED)));
        var assigned = networking.filtering(loadBalancer, RED);
        assertThat(assigned.outcome()).isEqualTo(Filtering.Outcome.ADMITTED);
        assertThat(assigned.applied()).hasSameSizeAs(assigned.wanted());

        new Namespace(red.namespace()).nft("flush ruleset\n");
        assertThat(networking.filtering(loadBalancer, RED).outcome())
                .isEqualTo(Filtering.Outcome.NOT_APPLIED);
        assertThat(networking.filtering(loadBalancer, "10.250.0.99")).isEqualTo(Filtering.NONE);
        assertThat(networking.filtering(new LoadBalancerId(UUID.randomUUID()), RED))
                .isEqualTo(Filtering.UNKNOWN);
    }

    @Test
    void groupsThatOthersAssignMeanwhileArePreserved() throws IOException {
        var admin = networks.createGroup("admin");
        networks.addRule(admin, SecurityGroup.Rule.from(BLUE + "/32", Transport.TCP, SSH));
        networks.assign(redId, admin);
        arrange(wanted(true, Set.of(RED)));
        var late = networks.createGroup("late");
        networks.addRule(late, SecurityGroup.Rule.from(BLUE + "/32", Transport.TCP, HEALTH));
        networks.assign(redId, late);

        arrange(wanted(true, Set.of(RED, BLUE)));
        arrange(wanted(true, Set.of(BLUE)));

        assertThat(networks.groupsOf(redId)).containsExactlyInAnyOrder(admin, late);
        assertThat(blue.reaches(RED, SSH)).isTrue();
        assertThat(blue.reaches(RED, HEALTH)).isTrue();
        assertThat(blue.reaches(RED, POOL)).isFalse();
    }

    @Test
    void machinesLetInClientsOnListenerPortsOfTheVipsAlone() throws IOException {
        arrange(wanted(true, Set.of(RED)));
        var active = pair.getFirst();
        giveVip(active);

        assertThat(client.reaches(VIP, 80)).isTrue(); // refused by the kernel: nobody listens
        assertThat(client.reaches(VIP, 81)).isFalse();
        assertThat(client.reaches(VIP, Inside.ADMIN_PORT)).isFalse();
        for (var machine : pair) {
            for (var port : List.of(80, SSH, Inside.ADMIN_PORT)) {
                assertThat(red.reaches(address(machine), port)).isFalse();
            }
        }
        var other = Server.reaches(inside(active), address(pair.getLast()), Inside.ADMIN_PORT);
        assertThat(other).isFalse();
    }

    @Test
    void connectionsOfOtherSourcesThanAllowedAreDroppedByThePacketFilter() throws IOException {
        arrange(wanted(true, Set.of(RED), List.of("203.0.113.0/24", "2001:db8::/32")));
        giveVip(pair.getFirst());
        assertThat(client.reaches(VIP, 80)).isFalse();

        arrange(wanted(true, Set.of(RED), List.of("198.51.100.0/28")));
        assertThat(client.reaches(VIP, 80)).isTrue();

        arrange(wanted(true, Set.of(RED), List.of("198.51.100.128/25", "0.0.0.0/0")));
        assertThat(client.reaches(VIP, 80)).isTrue();
    }

    @Test
    void nobodyIsGivenAnAddressTwice() throws IOException {
        arrange(wanted(true, Set.of(RED)));

        var all = Stream.concat(pair.stream().map(this::address), Stream.of(RED, BLUE)).toList();

        assertThat(all).doesNotHaveDuplicates();
        assertThatThrownBy(() -> networks.plug(network, client.namespace(), "eth1", RED))
                .hasMessageContaining("Somebody else has the address");
        assertThatThrownBy(() ->
                        networks.plug(
                                network, client.namespace(), "eth1", address(pair.getFirst())))
                .hasMessageContaining("which is for servers");
    }

    @Test
    void aServerThatIsGoneStopsNobody() throws IOException {
        blue.close();

        arrange(wanted(true, Set.of(RED, BLUE)));

        assertThat(Server.reaches(inside(pair.getFirst()), RED, POOL)).isTrue();
    }

    private void arrange(Arrangement wanted) {
        var networking = driver.networking().orElseThrow();
        assertThat(networking.arrange(wanted)).isEqualTo(MachineOutcome.OK);
        assertThat(networking.arranged(loadBalancer)).contains(wanted);
    }

    private Arrangement wanted(boolean assigns, Set<String> targets) {
        return wanted(assigns, targets, EVERYBODY);
    }

    private Arrangement wanted(boolean assigns, Set<String> targets, List<String> sources) {
        return new Arrangement(
                loadBalancer,
                network,
                ofMachines,
                ofTargets,
                new Vips("10.250.128.7", VIP),
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
    private void giveVip(MachineSpec machine) throws IOException {
        new Namespace(inside(machine)).ip("address replace " + VIP + "/32 dev ext0\n");
    }

    private Path inside(MachineSpec machine) throws IOException {
        return driver.machine(machine.id()).namespace().orElseThrow().file();
    }

    private String address(MachineSpec machine) {
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
