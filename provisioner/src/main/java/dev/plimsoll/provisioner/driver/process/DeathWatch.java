package dev.plimsoll.provisioner.driver.process;

import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.Outage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notices the end of processes, children and adopted ones alike, by looking. (The JDK's own exit
 * future looks at a process that is not a child only every few seconds.)
 */
public final class DeathWatch implements AutoCloseable {
    private final Map<MachineId, ProcessIdentity> watched = new ConcurrentHashMap<>();
    private final List<Consumer<MachineId>> listeners = new CopyOnWriteArrayList<>();
    private final Outage outage = new Outage("Reporting the death of machines");
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("death-watch").factory());

    public DeathWatch(Duration period) {
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
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void look() {
        watched.forEach((machine, process) -> {
            if (!process.isAlive()) {
                report(machine, process);
            }
        });
    }

    /** Watched on until the report has been taken. */
    private void report(MachineId machine, ProcessIdentity process) {
        try {
            listeners.forEach(listener -> listener.accept(machine));
            watched.remove(machine, process);
            outage.over();
        } catch (RuntimeException e) {
            outage.began(e);
        }
    }
}
