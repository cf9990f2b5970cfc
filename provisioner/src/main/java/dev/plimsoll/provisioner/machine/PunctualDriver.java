package dev.plimsoll.provisioner.machine;

import dev.plimsoll.provisioner.work.LoadBalancerId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a driver to its contract: a call that does not end by the deadline is interrupted and left
 * to itself, and an exception becomes an outcome. As long as a late call is out it is not repeated,
 * and whoever repeats it is told so at once: a driver that hangs costs a worker one deadline, not
 * its life. What a late call still does is seen by the next look, or found by the janitor.
 */
public final class PunctualDriver implements MachineDriver {
    private static final Logger LOG = LoggerFactory.getLogger(PunctualDriver.class);

    /** Each has a thread. A driver that leaves so many open is not asked for more. */
    static final int MOST_OUT = 256;

    private final MachineDriver driver;
    private final Duration deadline;
    private final Counter late;
    private final Counter refused;
    private final Set<Call> out = ConcurrentHashMap.newKeySet();

    /** Platform threads: a call that hangs in the kernel would take a carrier thread with it. */
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("driver-", 0).factory());

    public PunctualDriver(MachineDriver driver, Duration deadline, MeterRegistry registry) {
        this.driver = driver;
        this.deadline = deadline;
        this.late =
                Counter.builder("plimsoll.machines.calls.late")
                        .description("Calls of the machine driver that missed their deadline")
                        .register(registry);
        this.refused =
                Counter.builder("plimsoll.machines.calls.refused")
                        .description("Calls not made because too many before have not ended")
                        .register(registry);
    }

    @Override
    public Capabilities capabilities() {
        return driver.capabilities();
    }

    /**
     * @throws DriverUnanswered when it cannot be said: neither yes nor no would be true
     */
    @Override
    public Optional<Objection> objection(ServiceOrder order) {
        return call(
                new Call("objection", order.loadBalancer()),
                () -> driver.objection(order),
                text -> {
                    throw new DriverUnanswered(text);
                });
    }

    @Override
    public MachineOutcome ensure(MachineSpec machine) {
        return change("ensure", machine.id(), () -> driver.ensure(machine));
    }

    @Override
    public Presence observe(MachineSpec machine) {
        return call(
                new Call("observe", machine.id()),
                () -> driver.observe(machine),
                _ -> Presence.UNKNOWN);
    }

    @Override
    public MachineOutcome fence(MachineSpec machine) {
        return change("fence", machine.id(), () -> driver.fence(machine));
    }

    @Override
    public MachineOutcome remove(MachineSpec machine) {
        return change("remove", machine.id(), () -> driver.remove(machine));
    }

    @Override
    public MachineOutcome forget(LoadBalancerId loadBalancer) {
        return change("forget", loadBalancer, () -> driver.forget(loadBalancer));
    }

    /**
     * @throws DriverUnanswered when it cannot be said
     */
    @Override
    public Collection<MachineId> owned() {
        return call(
                new Call("owned", driver),
                driver::owned,
                text -> {
                    throw new DriverUnanswered(text);
                });
    }

    @Override
    public MachineOutcome removeOrphan(MachineId machine) {
        return change("remove orphan", machine, () -> driver.removeOrphan(machine));
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
    public Optional<Networking> networking() {
        return driver.networking().map(PunctualNetworking::new);
    }

    @Override
    public void onDeath(Consumer<MachineId> listener) {
        driver.onDeath(listener);
    }

    /** Interrupts what is out. */
    @Override
    public void close() {
        threads.shutdownNow();
        driver.close();
    }

    private MachineOutcome change(String name, Object of, Callable<MachineOutcome> call) {
        return call(new Call(name, of), call, MachineOutcome.Transient::new);
    }

    private <T> T call(Call call, Callable<T> body, Function<String, T> otherwise) {
        if (!out.add(call)) {
            return otherwise.apply("an earlier call (" + call.name() + ") has not ended yet");
        }
        if (out.size() > MOST_OUT) {
            out.remove(call);
            refused.increment();
            return otherwise.apply("too many calls (" + call.name() + ") have not ended yet");
        }
        var hasBegun = new AtomicBoolean();
        var answer = threads.submit(() -> begin(hasBegun, call, body));
        try {
            return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            late.increment();
            answer.cancel(true);
            leaveOutIfBegun(hasBegun, call);
            return otherwise.apply(
                    "no answer (" + call.name() + ") within " + deadline.toMillis() + " ms");
        } catch (ExecutionException e) {
            LOG.atError()
                    .addKeyValue("call", call.name())
                    .addKeyValue("of", call.of())
                    .setCause(e.getCause())
                    .log("A call of the machine driver failed unexpectedly");
            return otherwise.apply("an unexpected error (" + call.name() + ")");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            answer.cancel(true);
            leaveOutIfBegun(hasBegun, call);
            return otherwise.apply("the provisioner stops");
        }
    }

    private <T> T begin(AtomicBoolean hasBegun, Call call, Callable<T> body) throws Exception {
        if (!hasBegun.compareAndSet(false, true)) {
            throw new IllegalStateException("given up before it began");
        }
        try {
            return body.call();
        } finally {
            out.remove(call);
        }
    }

    /** One that no thread has taken up in all that time will not be. */
    private void leaveOutIfBegun(AtomicBoolean hasBegun, Call call) {
        if (hasBegun.compareAndSet(false, true)) {
            out.remove(call);
        }
    }

    private record Call(String name, Object of) {}

    private final class PunctualNetworking implements Networking {
        private final Networking networking;

        PunctualNetworking(Networking networking) {
            this.networking = networking;
        }

        @Override
        public AddressRange privateAddresses(Network network) {
            return networking.privateAddresses(network);
        }

        @Override
        public MachineOutcome arrange(Arrangement wanted) {
            return change("arrange", wanted.loadBalancer(), () -> networking.arrange(wanted));
        }

        /**
         * @throws DriverUnanswered when it cannot be said
         */
        @Override
        public Optional<Arrangement> arranged(LoadBalancerId loadBalancer) {
            return call(
                    new Call("arranged", loadBalancer),
                    () -> networking.arranged(loadBalancer),
                    text -> {
                        throw new DriverUnanswered(text);
                    });
        }

        @Override
        public Filtering filtering(LoadBalancerId loadBalancer, String target) {
            return call(
                    new Call("filtering", loadBalancer + " " + target),
                    () -> networking.filtering(loadBalancer, target),
                    _ -> Filtering.UNKNOWN);
        }
    }
}
