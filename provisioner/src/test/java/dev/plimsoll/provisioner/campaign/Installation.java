package dev.plimsoll.provisioner.campaign;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.driver.simulated.SimulatedMachines;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A database, machines, and the provisioner's lives, one after the other. */
final class Installation implements AutoCloseable {
    private static final int MOST_STARTS = 20;

    final SimulatedMachines machines;
    private final Ground ground;
    private final Path folder;
    private final InstantSource clock;
    private final FaultyDriver.Chooser chooser;
    private final BiConsumer<Life, Boundary> atBoundary;
    private final List<Thread> burials = new CopyOnWriteArrayList<>();
    private volatile Life life;

    Installation(
            Ground ground,
            Path folder,
            InstantSource clock,
            FaultyDriver.Chooser chooser,
            BiConsumer<Life, Boundary> atBoundary) {
        this.ground = ground;
        this.folder = folder;
        this.clock = clock;
        this.chooser = chooser;
        this.atBoundary = atBoundary;
        this.machines = new SimulatedMachines(folder.resolve("machines"));
        this.life = next();
    }

    Life life() {
        return life;
    }

    /** This life ends at once, as if killed, and another begins; unless that has happened. */
    synchronized void restart(Life ended) {
        if (life == ended) {
            ended.die();
            bury(ended);
            life = next();
        }
    }

    /**
     * Another life begins while this one goes on.
     *
     * @param before what befalls it first
     */
    synchronized Life leaveBehind(Consumer<Life> before) {
        var left = life;
        before.accept(left);
        life = next();
        return left;
    }

    void bury(Life ended) {
        burials.add(Thread.ofVirtual().start(ended::close));
    }

    @Override
    public void close() throws InterruptedException {
        closeLife();
        for (var burial : burials) {
            burial.join();
        }
        machines.close();
    }

    private synchronized void closeLife() {
        life.close();
    }

    /** One that cannot start ends, and is started again, as a process would be. */
    private Life next() {
        for (int attempt = 1; ; attempt++) {
            var next =
                    new Life(ground, folder.resolve("key"), machines, chooser, clock, atBoundary);
            try {
                return next.start();
            } catch (RuntimeException e) {
                bury(next);
                if (attempt == MOST_STARTS) {
                    throw e;
                }
            }
        }
    }
}
