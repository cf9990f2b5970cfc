package dev.plimsoll.provisioner.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.campaign.Boundary.Side;
import dev.plimsoll.provisioner.driver.simulated.SimulatedMachines.Seen;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One fault at a time, as {@code docs/reliability.md} numbers them. */
@ExtendWith(QuietAboutFaults.class)
class SingleFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Order WEB = Order.simple(80);
    private static final int MOST_CALLS = 60;

    private final Ground ground = new Ground(4);
    private final Tenants tenants = new Tenants(ground);
    private final AtomicInteger ensured = new AtomicInteger();
    private volatile FaultyDriver.Chooser chooser = (_, _) -> Mischief.NONE;
    private volatile BiConsumer<Life, Boundary> atBoundary = (_, _) -> {};
    private volatile Duration clockIsOff = Duration.ZERO;
    private Installation installation;
    private Truth truth;

    @BeforeEach
    void start(@TempDir Path folder) {
        installation =
                new Installation(
                        ground,
                        folder,
                        () -> Instant.now().plus(clockIsOff),
                        this::choose,
                        (life, boundary) -> atBoundary.accept(life, boundary));
        truth = new Truth(ground, installation.machines);
    }

    @AfterEach
    void stop() throws InterruptedException {
        installation.close();
        ground.close();
    }

    /** F5. */
    @Test
    void bothMachinesOfALoadBalancerAreRebuiltOnTheSameAddresses() {
        var id = settled(WEB);
        var addresses = addresses(id);
        var before = machines(id);

        before.forEach(installation.machines::crash);

        await().atMost(LIMIT).until(() -> ground.condition(id, "SERVING").startsWith("FALSE"));
        settle();
        assertThat(machines(id)).doesNotContainAnyElementsOf(before);
        assertThat(addresses(id)).isEqualTo(addresses);
    }

    /** F6, with seconds for minutes: this gateway calls a stream silent after two. */
    @Test
    void agentsThatCannotReachTheGatewayAreLeftAloneAndCatchUp() {
        var id = settled(WEB);
        var before = machines(id);
        var wire = installation.life().agentsWire();

        wire.hold();
        await().atMost(LIMIT)
                .until(() -> ground.condition(id, "SERVING").equals("UNKNOWN AGENT_SILENT"));
        tenants.update(0, new Order("p50", "ephemeral", 81, "10.0.0.9", ""));
        await().atMost(LIMIT).until(() -> tries(id) > 5);
        assertThat(machines(id)).isEqualTo(before);
        assertThat(truth.lies()).isEmpty();
        wire.letGo();

        settle();
        assertThat(machines(id)).isEqualTo(before);
    }

    /** F10. */
    @Test
    void workerThatWasFrozenLongerThanItsLeaseChangesNothingWhenItGoesOn()
            throws InterruptedException {
        var frozen = freezeAt(boundary -> boundary.side() == Side.AFTER);
        var id = tenants.create(WEB);
        assertThat(frozen.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        var zombie = installation.leaveBehind(_ -> {});
        settle();
        var before = machines(id);

        zombie.thaw();

        await().atMost(LIMIT).until(() -> zombie.count("plimsoll.work.leases.lost") >= 1);
        installation.bury(zombie);
        settle();
        assertThat(machines(id)).isEqualTo(before);
    }

    /** F10; the rows that it has locked are others' again while it is frozen. */
    @Test
    void workerThatIsFrozenInATransactionKeepsNobodyFromTheLoadBalancer()
            throws InterruptedException {
        var frozen = freezeAt(boundary -> boundary.equals(new Boundary(Side.BEFORE, "commit")));
        tenants.create(WEB);
        assertThat(frozen.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        var zombie = installation.leaveBehind(_ -> {});
        tenants.update(0, Order.simple(81));

        settle();
        zombie.thaw();
        installation.bury(zombie);
        settle();
    }

    /** F11. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EXCEEDS_QUOTA")
    void callsThatGoWrongForASecondAreMadeGood(Mischief mischief) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        chooser =
                (call, _) ->
                        System.nanoTime() < end && !call.equals("owned") ? mischief : Mischief.NONE;

        var id = tenants.create(WEB);

        settle();
        assertThat(ground.condition(id, "FEASIBLE")).isEqualTo("TRUE FEASIBLE");
        assertThat(ensured.get()).as("calls of ensure").isLessThan(MOST_CALLS);
        tenants.delete(0);
        settle();
    }

    /** F11. */
    @Test
    void quotaThatIsUsedUpIsTheLoadBalancersErrorAsLongAsItIs() {
        chooser = (call, _) -> call.equals("ensure") ? Mischief.EXCEEDS_QUOTA : Mischief.NONE;
        var id = tenants.create(WEB);
        await().atMost(LIMIT)
                .until(() ->
                        ground.condition(id, "FEASIBLE")
                                .equals("FALSE TYPE_QUOTA_SECGROUP_EXCEEDED"));

        chooser = (_, _) -> Mischief.NONE;

        settle();
    }

    /** F11; workers are few, and here more load balancers hang than there are workers. */
    @Test
    void callsThatHangKeepNoOtherLoadBalancerWaiting() {
        var stuck = Stream.generate(() -> tenants.create(WEB)).limit(6).collect(Collectors.toSet());
        chooser = (_, of) -> stuck.contains(of) ? Mischief.DOES_IT_LATE : Mischief.NONE;
        var id = tenants.create(Order.simple(81));

        await().atMost(LIMIT).until(() -> ground.isReady(id));
        tenants.update(stuck.size(), new Order("p50", "ephemeral", 82, "10.0.0.3", ""));
        await().atMost(LIMIT).until(() -> truth.isSettled(tenants.all().getLast()));

        chooser = (_, _) -> Mischief.NONE;
        settle();
    }

    /** F13. */
    @Test
    void clockThatJumpsAnHourBothWaysKillsNobodyAndStopsNothing() {
        var id = settled(WEB);
        var before = machines(id);

        clockIsOff = Duration.ofHours(1);
        before.forEach(installation.machines::disconnect);
        tenants.update(0, new Order("p50", "ephemeral", 81, "10.0.0.9", ""));
        settle();
        clockIsOff = Duration.ofHours(-1);
        before.forEach(installation.machines::disconnect);
        tenants.update(0, new Order("p10", "ephemeral", 82, "10.0.0.8", ""));
        settle();

        assertThat(machines(id)).isEqualTo(before);
    }

    /** F30. */
    @Test
    void deletionDuringAFailoverTwiceAndWithAnUpdateLeavesNothing() {
        var id = settled(WEB);
        installation.machines.crash(installation.machines.active(id).orElseThrow().machine());

        tenants.delete(0);
        tenants.delete(0);
        tenants.update(0, Order.simple(81));

        settle();
        assertThat(ground.isRemoved(id)).isTrue();
    }

    /** F30. */
    @Test
    void deletionRightAfterCreationLeavesNothing() {
        for (int i = 0; i < 8; i++) {
            tenants.create(Order.simple(80 + i));
            tenants.delete(i);
        }

        settle();
    }

    /** Once, at the fifth of those boundaries. */
    private CountDownLatch freezeAt(Predicate<Boundary> where) {
        var frozen = new CountDownLatch(1);
        var crossed = new AtomicInteger();
        atBoundary =
                (life, boundary) -> {
                    if (where.test(boundary) && crossed.incrementAndGet() == 5) {
                        life.freeze();
                        frozen.countDown();
                    }
                };
        return frozen;
    }

    private Mischief choose(String call, @Nullable LoadBalancerId of) {
        if (call.equals("ensure")) {
            ensured.incrementAndGet();
        }
        return chooser.choose(call, of);
    }

    private LoadBalancerId settled(Order order) {
        var id = tenants.create(order);
        settle();
        return id;
    }

    /** As ordered, and nothing is left of what is not wanted. */
    private void settle() {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> tenants.all().stream().allMatch(truth::isSettled));
        for (var ordered : tenants.all()) {
            assertThat(truth.faults(ordered)).isEmpty();
        }
        await().atMost(LIMIT).untilAsserted(() -> assertThat(truth.leaks()).isEmpty());
    }

    private Set<MachineId> machines(LoadBalancerId id) {
        return installation.machines.agents(id).stream()
                .map(Seen::machine)
                .collect(Collectors.toSet());
    }

    private List<String> addresses(LoadBalancerId id) {
        return ground.sql()
                .sql("select host(address) from address where load_balancer_id = :id order by 1")
                .param("id", id.value())
                .query(String.class)
                .list();
    }

    private int tries(LoadBalancerId id) {
        return ground.ask(
                "select tries from work_item where load_balancer_id = :id", id, Integer.class);
    }
}
