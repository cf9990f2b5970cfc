package dev.plimsoll.provisioner.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.provisioner.work.LoadBalancerId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PunctualDriverTest {
    private static final Duration DEADLINE = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Deaf deaf = new Deaf();
    private final PunctualDriver driver = new PunctualDriver(deaf, DEADLINE, meters);

    @AfterEach
    void close() {
        deaf.answers.countDown();
        driver.close();
    }

    @Test
    void callThatHangsIsGivenUpAtItsDeadlineAndNotRepeatedWhileItIsOut() {
        var machine = machine();

        assertThat(driver.ensure(machine))
                .isEqualTo(new MachineOutcome.Transient("no answer (ensure) within 200 ms"));
        assertThat(driver.ensure(machine))
                .isEqualTo(
                        new MachineOutcome.Transient("an earlier call (ensure) has not ended yet"));
        assertThat(deaf.calls).hasValue(1);
        assertThat(meters.counter("plimsoll.machines.calls.late").count()).isEqualTo(1);
    }

    @Test
    void callThatCameBackLateMayBeRepeated() {
        var machine = machine();
        driver.ensure(machine);

        deaf.answers.countDown();

        await().atMost(LIMIT).until(() -> driver.ensure(machine) instanceof MachineOutcome.Ok);
    }

    @Test
    void whatHangsForOneMachineKeepsNoOtherAndNoOtherCallAway() {
        var machine = machine();
        driver.ensure(machine);

        assertThat(driver.fence(machine)).isInstanceOf(MachineOutcome.Ok.class);
        deaf.answers.countDown();
        assertThat(driver.ensure(machine())).isInstanceOf(MachineOutcome.Ok.class);
    }

    @Test
    void presenceThatCannotBeToldInTimeIsUnknown() {
        assertThat(driver.observe(machine())).isEqualTo(Presence.UNKNOWN);
    }

    @Test
    void unexpectedErrorIsTransientAndKeepsItsText() {
        assertThat(driver.remove(machine()))
                .isEqualTo(new MachineOutcome.Transient("an unexpected error (remove)"));
    }

    @Test
    void whatThereIsNoSafeGuessForIsSaidToBeUnanswered() {
        assertThatThrownBy(driver::owned).isInstanceOf(DriverUnanswered.class);
        assertThatThrownBy(() -> driver.objection(order())).isInstanceOf(DriverUnanswered.class);
    }

    @Test
    void driverThatLeavesTooManyCallsOpenIsNotAskedForMore() {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < PunctualDriver.MOST_OUT; i++) {
                callers.submit(() -> driver.ensure(machine()));
            }
        }

        await().atMost(LIMIT)
                .until(() ->
                        driver.ensure(machine())
                                .equals(
                                        new MachineOutcome.Transient(
                                                "too many calls (ensure) have not ended yet")));
        assertThat(deaf.calls).hasValue(PunctualDriver.MOST_OUT);
        assertThat(meters.counter("plimsoll.machines.calls.refused").count()).isPositive();
    }

    /** A default of the port that is not passed on would be a call that never arrives. */
    @Test
    void everyCallOfThePortIsPassedOn() {
        assertThat(MachineDriver.class.getMethods())
                .allSatisfy(method -> assertThat(signatures()).contains(signature(method)));
    }

    private static Collection<String> signatures() {
        return Arrays.stream(PunctualDriver.class.getDeclaredMethods())
                .map(PunctualDriverTest::signature)
                .toList();
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.toString(method.getParameterTypes());
    }

    private static MachineSpec machine() {
        return new MachineSpec(
                new MachineId(UUID.randomUUID()),
                new LoadBalancerId(UUID.randomUUID()),
                UUID.randomUUID(),
                0,
                1);
    }

    private static ServiceOrder order() {
        return new ServiceOrder(
                new LoadBalancerId(UUID.randomUUID()), 1, "web", Map.of(), null, true);
    }

    /** Answers most calls only when it is told to, whoever interrupts it. */
    private static final class Deaf implements MachineDriver {
        final CountDownLatch answers = new CountDownLatch(1);
        final AtomicInteger calls = new AtomicInteger();

        @Override
        public Capabilities capabilities() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Objection> objection(ServiceOrder order) {
            hang();
            return Optional.empty();
        }

        @Override
        public MachineOutcome ensure(MachineSpec machine) {
            calls.incrementAndGet();
            hang();
            return MachineOutcome.OK;
        }

        @Override
        public Presence observe(MachineSpec machine) {
            hang();
            return Presence.RUNNING;
        }

        @Override
        public MachineOutcome fence(MachineSpec machine) {
            return MachineOutcome.OK;
        }

        @Override
        public MachineOutcome remove(MachineSpec machine) {
            throw new IllegalStateException("on purpose: a secret");
        }

        @Override
        public MachineOutcome forget(LoadBalancerId loadBalancer) {
            return MachineOutcome.OK;
        }

        @Override
        public Collection<MachineId> owned() {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public MachineOutcome removeOrphan(MachineId machine) {
            return MachineOutcome.OK;
        }

        @Override
        public void onDeath(Consumer<MachineId> listener) {}

        private void hang() {
            while (true) {
                try {
                    answers.await();
                    return;
                } catch (InterruptedException _) {
                    // deaf
                }
            }
        }
    }
}
