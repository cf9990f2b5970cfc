package dev.plimsoll.provisioner.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.agent.protocol.VipOwnership;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every driver must do. A driver's test inherits it and adds what is special. */
public abstract class MachineDriverContract {
    protected static final Duration LIMIT = Duration.ofSeconds(10);

    private final LoadBalancerId loadBalancer = new LoadBalancerId(UUID.randomUUID());
    protected volatile int gatewayPort = 4000;

    protected abstract MachineDriver driver();

    /** The same driver in another process, after the first one's was killed. */
    protected abstract MachineDriver restarted();

    /** Ends the machine from outside, without any grace. */
    protected abstract void crash(MachineSpec machine);

    /** Tells one life of a machine from another. */
    protected abstract String lifeOf(MachineSpec machine);

    protected abstract int portKnownTo(MachineSpec machine);

    protected Bootstrap bootstrap(
            MachineSpec machine, VipOwnership vip, int adminPort, @Nullable Bootstrap present) {
        return new Bootstrap(
                machine.id().value(),
                machine.incarnation(),
                machine.loadBalancer().value(),
                List.of(new GatewayAddress("127.0.0.1", gatewayPort)),
                "no certificate",
                present == null ? "token" : present.enrolmentToken(),
                vip,
                adminPort);
    }

    @Test
    void ensuredMachineRuns() {
        var machine = machine(0);
        assertThat(driver().observe(machine)).isEqualTo(Presence.ABSENT);

        ensure(machine);

        assertThat(driver().observe(machine)).isEqualTo(Presence.RUNNING);
        assertThat(driver().owned()).containsExactly(machine.id());
    }

    @Test
    void ensuringTwiceKeepsTheMachine() {
        var machine = machine(0);
        ensure(machine);
        var life = lifeOf(machine);

        ensure(machine);

        assertThat(lifeOf(machine)).isEqualTo(life);
    }

    @Test
    void restartedProvisionerAdoptsTheMachine() {
        var machine = machine(0);
        ensure(machine);
        var life = lifeOf(machine);

        var next = restarted();

        assertThat(next.observe(machine)).isEqualTo(Presence.RUNNING);
        assertThat(next.ensure(machine)).isInstanceOf(MachineOutcome.Ok.class);
        assertThat(lifeOf(machine)).isEqualTo(life);
    }

    @Test
    void movedGatewayIsMadeKnownWithoutARestart() {
        var machine = machine(0);
        ensure(machine);
        var life = lifeOf(machine);
        gatewayPort = 4001;

        ensure(machine);

        assertThat(portKnownTo(machine)).isEqualTo(4001);
        assertThat(lifeOf(machine)).isEqualTo(life);
    }

    @Test
    void crashIsNoticedSoon() {
        var machine = machine(0);
        var dead = new CopyOnWriteArrayList<MachineId>();
        driver().onDeath(dead::add);
        ensure(machine);

        crash(machine);

        await().atMost(Duration.ofSeconds(2)).until(() -> dead.contains(machine.id()));
        assertThat(driver().observe(machine)).isEqualTo(Presence.DEAD);
    }

    @Test
    void crashOfAnAdoptedMachineIsNoticedToo() {
        var machine = machine(0);
        ensure(machine);
        var dead = new CopyOnWriteArrayList<MachineId>();
        var next = restarted();
        next.onDeath(dead::add);
        next.observe(machine);

        crash(machine);

        await().atMost(Duration.ofSeconds(2)).until(() -> dead.contains(machine.id()));
    }

    @Test
    void deadMachineStaysDeadWhoeverEnsuresIt() {
        var machine = machine(0);
        ensure(machine);
        crash(machine);

        ensure(machine);

        assertThat(driver().observe(machine)).isEqualTo(Presence.DEAD);
        assertThat(restarted().ensure(machine)).isInstanceOf(MachineOutcome.Ok.class);
        assertThat(driver().observe(machine)).isEqualTo(Presence.DEAD);
    }

    @Test
    void fencedMachineIsDeadAtOnceAndFencingTwiceIsFine() {
        var machine = machine(0);
        ensure(machine);

        assertThat(driver().fence(machine)).isInstanceOf(MachineOutcome.Ok.class);
        assertThat(driver().observe(machine)).isIn(Presence.DEAD, Presence.ABSENT);
        assertThat(driver().fence(machine)).isInstanceOf(MachineOutcome.Ok.class);
    }

    @Test
    void removedMachineLeavesNothingAndRemovingTwiceIsFine() {
        var machine = machine(0);
        var other = machine(1);
        ensure(machine);
        ensure(other);

        assertThat(driver().remove(machine)).isInstanceOf(MachineOutcome.Ok.class);

        assertThat(driver().observe(machine)).isEqualTo(Presence.ABSENT);
        assertThat(driver().owned()).containsExactly(other.id());
        assertThat(driver().observe(other)).isEqualTo(Presence.RUNNING);
        assertThat(driver().remove(machine)).isInstanceOf(MachineOutcome.Ok.class);
        assertThat(driver().forget(loadBalancer)).isInstanceOf(MachineOutcome.Ok.class);
        assertThat(driver().forget(loadBalancer)).isInstanceOf(MachineOutcome.Ok.class);
    }

    @Test
    void neverMadeMachineCanBeFencedAndRemoved() {
        var machine = machine(0);

        assertThat(List.of(driver().fence(machine), driver().remove(machine)))
                .allMatch(MachineOutcome.Ok.class::isInstance);
    }

    @Test
    void orphanIsRemovedByItsIdAlone() {
        var machine = machine(0);
        ensure(machine);

        assertThat(restarted().removeOrphan(machine.id())).isInstanceOf(MachineOutcome.Ok.class);

        assertThat(driver().owned()).isEmpty();
        assertThat(driver().observe(machine)).isEqualTo(Presence.ABSENT);
    }

    @Test
    void capabilitiesNameTheDriverAndItsAddresses() {
        var capabilities = driver().capabilities();

        assertThat(capabilities.name()).isNotBlank();
        assertThat(capabilities.addressScope()).isNotBlank();
        assertThat(capabilities.privateAddresses()).isNotEqualTo(capabilities.ephemeralAddresses());
    }

    protected void ensure(MachineSpec machine) {
        assertThat(driver().ensure(machine)).isInstanceOf(MachineOutcome.Ok.class);
    }

    protected MachineSpec machine(int slot) {
        return new MachineSpec(
                new MachineId(UUID.randomUUID()), loadBalancer, UUID.randomUUID(), slot, 1);
    }
}
