package dev.plimsoll.provisioner.campaign;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.machine.MachineId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Plays one schedule, lets all faults end, and looks at what is left; then deletes everything and
 * looks again.
 */
final class Trial implements AutoCloseable {
    /** Invariant I2 says 30 s, of a machine that has nothing else to do. */
    private static final Duration TO_SETTLE =
            Duration.ofSeconds(Long.getLong("plimsoll.campaign.patience", 120));

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration ASK_EVERY = Duration.ofMillis(200);
    private static final int NEVER = Integer.MAX_VALUE;

    private final Ground ground;
    private final Schedule schedule;
    private final Installation installation;
    private final Tenants tenants;
    private final Truth truth;
    private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger toDeath = new AtomicInteger(NEVER);
    private final AtomicReference<Deed.Spoil> spoil =
            new AtomicReference<>(new Deed.Spoil(Mischief.NONE, 0));
    private final List<Future<?>> writes = new ArrayList<>();
    private final List<Life> zombies = new ArrayList<>();
    private final Set<String> problems = ConcurrentHashMap.newKeySet();
    private Duration settling = Duration.ZERO;

    Trial(Ground ground, Path folder, Schedule schedule) {
        this.ground = ground;
        this.schedule = schedule;
        this.tenants = new Tenants(ground);
        this.installation =
                new Installation(
                        ground,
                        folder,
                        InstantSource.system(),
                        (_, _) -> mischief(),
                        this::onBoundary);
        this.truth = new Truth(ground, installation.machines);
    }

    /** What was found wrong. */
    Set<String> play() throws InterruptedException {
        var watch = hands.submit(this::watch);
        for (var entry : schedule.entries()) {
            pause(entry.pause());
            act(entry.deed());
        }
        endFaults();
        for (var write : writes) {
            awaitDone(write);
        }
        settle();
        for (int number = 0; number < tenants.all().size(); number++) {
            tenants.delete(number);
        }
        settle();
        over.countDown();
        awaitDone(watch);
        return new LinkedHashSet<>(problems);
    }

    Duration settling() {
        return settling;
    }

    @Override
    public void close() throws InterruptedException {
        over.countDown();
        hands.shutdown();
        installation.close();
    }

    private void act(Deed deed) {
        switch (deed) {
            case Deed.Create(var order) -> tenants.create(order);
            case Deed.Update(var number, var order) -> write(() -> tenants.update(number, order));
            case Deed.UpdateTwice(var number, var one, var other) -> {
                write(() -> tenants.update(number, one));
                write(() -> tenants.update(number, other));
            }
            case Deed.Delete(var number) -> write(() -> tenants.delete(number));
            case Deed.CrashMachine(var number, var slot) ->
                    machine(number, slot).forEach(installation.machines::crash);
            case Deed.DisconnectAgent(var number, var slot) ->
                    machine(number, slot).forEach(installation.machines::disconnect);
            case Deed.CutDatabase _ -> installation.life().wire.cut();
            case Deed.TerminateSessions _ -> terminateSessions();
            case Deed.HoldDatabase(var lasting) -> hold(installation.life().wire, lasting);
            case Deed.KillProvisioner(var boundaries) -> toDeath.set(boundaries);
            case Deed.FreezeProvisioner(var lasting) -> freeze(lasting);
            case Deed.Spoil next -> spoil.set(next);
        }
    }

    private void write(Runnable order) {
        writes.add(
                hands.submit(() -> {
                    try {
                        order.run();
                    } catch (RuntimeException e) {
                        problems.add("A write failed: " + e);
                    }
                }));
    }

    private List<MachineId> machine(int number, int slot) {
        return tenants.at(number)
                .map(ordered ->
                        ground
                                .sql()
                                .sql(
                                        """
                                        select id from machine where load_balancer_id = :id
                                          and slot = :slot and state <> 'DELETED'
                                        """)
                                .param("id", ordered.id().value())
                                .param("slot", slot)
                                .query(UUID.class)
                                .list()
                                .stream()
                                .map(MachineId::new)
                                .toList())
                .orElse(List.of());
    }

    private void terminateSessions() {
        ground.sql()
                .sql(
                        """
                        select pg_terminate_backend(pid) from pg_stat_activity
                        where datname = current_database() and application_name = :name
                        """)
                .param("name", Life.NAME)
                .query()
                .listOfRows();
    }

    private void hold(Wire wire, Duration lasting) {
        wire.hold();
        hands.execute(() -> {
            pause(lasting);
            wire.letGo();
        });
    }

    private void freeze(Duration lasting) {
        var frozen = installation.leaveBehind(Life::freeze);
        synchronized (zombies) {
            zombies.add(frozen);
        }
        hands.execute(() -> {
            pause(lasting);
            frozen.thaw();
        });
    }

    private Mischief mischief() {
        var present =
                spoil.getAndUpdate(
                        s -> s.calls() > 0 ? new Deed.Spoil(s.mischief(), s.calls() - 1) : s);
        return present.calls() > 0 ? present.mischief() : Mischief.NONE;
    }

    private void onBoundary(Life life, Boundary boundary) {
        if (life == installation.life()
                && toDeath.get() < NEVER
                && toDeath.decrementAndGet() == 0) {
            life.die();
            toDeath.set(NEVER);
            hands.execute(() -> installation.restart(life));
        }
    }

    private void endFaults() {
        toDeath.set(NEVER);
        spoil.set(new Deed.Spoil(Mischief.NONE, 0));
        installation.life().wire.letGo();
        synchronized (zombies) {
            zombies.forEach(Life::thaw);
            zombies.forEach(installation::bury);
        }
    }

    private void settle() throws InterruptedException {
        var began = System.nanoTime();
        var isSettled = await(() -> tenants.all().stream().allMatch(this::isAsOrdered));
        var took = Duration.ofNanos(System.nanoTime() - began);
        settling = took.compareTo(settling) > 0 ? took : settling;
        if (!isSettled) {
            tenants.all().stream()
                    .filter(ordered -> !isAsOrdered(ordered))
                    .forEach(ordered -> problems.add("Did not settle: " + describe(ordered)));
            return;
        }
        if (!await(() -> truth.leaks().isEmpty())) {
            truth.leaks().forEach(leak -> problems.add("Leaked: " + leak));
        }
    }

    private boolean isAsOrdered(Tenants.Ordered ordered) {
        return truth.isSettled(ordered) && truth.faults(ordered).isEmpty();
    }

    private String describe(Tenants.Ordered ordered) {
        return truth.describe(ordered) + " " + truth.faults(ordered);
    }

    private void watch() {
        do {
            try {
                problems.addAll(truth.lies());
            } catch (RuntimeException e) {
                problems.add("Cannot look: " + e);
                return;
            }
        } while (!isOverAfter(LOOK_EVERY));
    }

    private boolean await(Supplier<Boolean> condition) throws InterruptedException {
        var deadline = System.nanoTime() + TO_SETTLE.toNanos();
        while (!condition.get()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            pause(ASK_EVERY);
        }
        return true;
    }

    private void pause(Duration lasting) {
        var _ = isOverAfter(lasting);
    }

    private boolean isOverAfter(Duration atMost) {
        try {
            return over.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void awaitDone(Future<?> watch) throws InterruptedException {
        try {
            watch.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
