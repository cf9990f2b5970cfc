package dev.plimsoll.provisioner.campaign;

import dev.plimsoll.provisioner.machine.Capabilities;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Objection;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.machine.ServiceOrder;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A driver that does mischief to the calls that somebody chooses, by name. */
final class FaultyDriver implements MachineDriver {
    private final MachineDriver driver;
    private final Chooser chooser;
    private final Duration late;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * @param late how long a call hangs, whoever interrupts it
     */
    FaultyDriver(MachineDriver driver, Chooser chooser, Duration late) {
        this.driver = driver;
        this.chooser = chooser;
        this.late = late;
    }

    @FunctionalInterface
    interface Chooser {
        /**
         * @param of the load balancer; null where the call is about all
         */
        Mischief choose(String call, @Nullable LoadBalancerId of);
    }

    @Override
    public Capabilities capabilities() {
        return driver.capabilities();
    }

    @Override
    public Optional<Objection> objection(ServiceOrder order) {
        hangIfChosen("objection", order.loadBalancer());
        return driver.objection(order);
    }

    @Override
    public MachineOutcome ensure(MachineSpec machine) {
        return change("ensure", machine.loadBalancer(), () -> driver.ensure(machine));
    }

    @Override
    public Presence observe(MachineSpec machine) {
        return switch (chooser.choose("observe", machine.loadBalancer())) {
            case NONE, DOES_IT_TWICE -> driver.observe(machine);
            case FAILS, DOES_IT_AND_FAILS, EXCEEDS_QUOTA -> Presence.UNKNOWN;
            case DOES_IT_AND_HANGS, DOES_IT_LATE -> {
                hang();
                yield driver.observe(machine);
            }
            case THROWS -> throw onPurpose();
        };
    }

    @Override
    public MachineOutcome fence(MachineSpec machine) {
        return change("fence", machine.loadBalancer(), () -> driver.fence(machine));
    }

    @Override
    public MachineOutcome remove(MachineSpec machine) {
        return change("remove", machine.loadBalancer(), () -> driver.remove(machine));
    }

    @Override
    public MachineOutcome forget(LoadBalancerId loadBalancer) {
        return change("forget", loadBalancer, () -> driver.forget(loadBalancer));
    }

    @Override
    public Collection<MachineId> owned() {
        hangIfChosen("owned", null);
        return driver.owned();
    }

    @Override
    public MachineOutcome removeOrphan(MachineId machine) {
        return change("removeOrphan", null, () -> driver.removeOrphan(machine));
    }

    @Override
    public String shape(int maxConnections) {
        return driver.shape(maxConnections);
    }

    @Override
    public Optional<String> agentVersion() {
        return driver.agentVersion();
    }

    @Override
    public void onDeath(Consumer<MachineId> listener) {
        driver.onDeath(listener);
    }

    /** What hangs comes back. */
    @Override
    public void close() {
        closed.countDown();
    }

    private void hangIfChosen(String call, @Nullable LoadBalancerId of) {
        switch (chooser.choose(call, of)) {
            case NONE, FAILS, DOES_IT_AND_FAILS, EXCEEDS_QUOTA, DOES_IT_TWICE -> {}
            case DOES_IT_AND_HANGS, DOES_IT_LATE -> hang();
            case THROWS -> throw onPurpose();
        }
    }

    private MachineOutcome change(
            String name, @Nullable LoadBalancerId of, Supplier<MachineOutcome> call) {
        return switch (chooser.choose(name, of)) {
            case NONE -> call.get();
            case FAILS -> failed();
            case DOES_IT_AND_FAILS -> {
                var _ = call.get();
                yield failed();
            }
            case DOES_IT_AND_HANGS -> {
                var outcome = call.get();
                hang();
                yield outcome;
            }
            case DOES_IT_LATE -> {
                hang();
                yield call.get();
            }
            case DOES_IT_TWICE -> {
                var _ = call.get();
                yield call.get();
            }
            case THROWS -> throw onPurpose();
            case EXCEEDS_QUOTA ->
                    new MachineOutcome.Quota("TYPE_QUOTA_SECGROUP_EXCEEDED", "no more groups");
        };
    }

    private static MachineOutcome failed() {
        return new MachineOutcome.Transient("on purpose");
    }

    private static IllegalStateException onPurpose() {
        return new IllegalStateException("on purpose");
    }

    private void hang() {
        var end = System.nanoTime() + late.toNanos();
        for (var left = late.toNanos(); left > 0; left = end - System.nanoTime()) {
            try {
                if (closed.await(left, TimeUnit.NANOSECONDS)) {
                    return;
                }
            } catch (InterruptedException _) {
                // deaf
            }
        }
    }
}
