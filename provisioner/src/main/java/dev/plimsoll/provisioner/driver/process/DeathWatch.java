package dev.plimsoll.provisioner.driver.process;

import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import dev.plimsoll.provisioner.work.Outage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * Notices by looking that processes end, children and adopted ones alike (the JDK's own exit future
 * looks at a process that is not a child only every few seconds), and that they are stopped or
 * silent. One that goes on again within the patience was never hung.
 */
public final class DeathWatch implements AutoCloseable {
    private final Map<MachineId, ProcessIdentity> watched = new ConcurrentHashMap<>();
    private final Map<MachineId, Stop> stops = new ConcurrentHashMap<>();
    private final Duration patience;
    private final BiPredicate<MachineId, ProcessIdentity> isSilent;
    private final List<Consumer<MachineId>> listeners = new CopyOnWriteArrayList<>();
    private final Outage outage = new Outage("Reporting the death of machines");
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("death-watch").factory());

    /**
     * @param patience how long a process may be stopped before it counts as hung
     */
    public DeathWatch(Duration period, Duration patience) {
        this(period, patience, (_, _) -> false);
    }

    /**
     * @param isSilent whether a process that runs leaves too many questions unanswered
     */
    public DeathWatch(
            Duration period, Duration patience, BiPredicate<MachineId, ProcessIdentity> isSilent) {
        this.patience = patience;
        this.isSilent = isSilent;
        clock.scheduleWithFixedDelay(
                this::look, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    public void listen(Consumer<MachineId> listener) {
        listeners.add(listener);
    }

    public void watch(MachineId machine, ProcessIdentity process) {
        watched.put(machine, process);
    }

    public void forget(MachineId machine) {
        watched.remove(machine);
        stops.remove(machine);
    }

    /** Whether this process was stopped or silent for longer than the patience, and still is. */
    public boolean isHung(MachineId machine, ProcessIdentity process) {
        var stop = stops.get(machine);
        return stop != null
                && stop.process().equals(process)
                && stop.isOlderThan(patience)
                && standsStill(machine, process);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void look() {
        watched.forEach((machine, process) -> {
            if (!process.isAlive()) {
                if (report(machine)) {
                    watched.remove(machine, process);
                    stops.remove(machine);
                }
            } else if (standsStill(machine, process)) {
                lookAtStopped(machine, process);
            } else {
                stops.remove(machine);
            }
        });
    }

    private boolean standsStill(MachineId machine, ProcessIdentity process) {
        return process.isStopped() || isSilent.test(machine, process);
    }

    private void lookAtStopped(MachineId machine, ProcessIdentity process) {
        var stop = stops.computeIfAbsent(machine, _ -> new Stop(process, System.nanoTime(), false));
        if (!stop.isReported() && stop.isOlderThan(patience) && report(machine)) {
            stops.replace(machine, stop, new Stop(process, stop.sinceNanos(), true));
        }
    }

    /** False when it could not be told: tried again with the next look. */
    private boolean report(MachineId machine) {
        try {
            listeners.forEach(listener -> listener.accept(machine));
            outage.over();
            return true;
        } catch (RuntimeException e) {
            outage.began(e);
            return false;
        }
    }

    private record Stop(ProcessIdentity process, long sinceNanos, boolean isReported) {
        boolean isOlderThan(Duration limit) {
            return System.nanoTime() - sinceNanos > limit.toNanos();
        }
    }
}
