package dev.plimsoll.provisioner.campaign;

import dev.plimsoll.provisioner.campaign.Boundary.Side;
import dev.plimsoll.provisioner.driver.simulated.SimulatedMachines;
import dev.plimsoll.provisioner.machine.Bootstraps;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.work.Reconciler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Stands at every boundary that a provisioner's workers cross: commits, and calls of the driver.
 * Whoever is dead does not pass.
 */
final class Boundaries {
    private static final Set<String> EFFECTS =
            Set.of("ensure", "fence", "remove", "forget", "removeOrphan");

    private final BooleanSupplier isDead;
    private final SimulatedMachines machines;
    private final Consumer<Boundary> atBoundary;
    private final ThreadLocal<Boolean> isWorker = ThreadLocal.withInitial(() -> false);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean isHeld;

    Boundaries(BooleanSupplier isDead, SimulatedMachines machines, Consumer<Boundary> atBoundary) {
        this.isDead = isDead;
        this.machines = machines;
        this.atBoundary = atBoundary;
    }

    /** Workers wait at their next boundary. */
    void hold() {
        set(true);
    }

    void letGo() {
        set(false);
    }

    Reconciler watch(Reconciler reconciler) {
        return lease -> {
            isWorker.set(true);
            return reconciler.reconcile(lease);
        };
    }

    DataSource watch(DataSource database) {
        return new DelegatingDataSource(database) {
            @Override
            public Connection getConnection() throws SQLException {
                return watch(super.getConnection());
            }
        };
    }

    /** Calls are made in the name of the provisioner with these bootstraps. */
    MachineDriver watch(Bootstraps bootstraps) {
        var driver = machines.driver();
        return (MachineDriver)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {MachineDriver.class},
                        (_, method, arguments) -> {
                            var effect = EFFECTS.contains(method.getName());
                            if (method.getName().equals("close")) {
                                return null; // machines outlive whoever made them
                            }
                            if (effect) {
                                cross(Side.BEFORE, method.getName());
                                machines.look();
                            }
                            var answer =
                                    SimulatedMachines.as(
                                            bootstraps, () -> call(method, driver, arguments));
                            if (effect) {
                                cross(Side.AFTER, method.getName());
                            }
                            return answer;
                        });
    }

    private Connection watch(Connection connection) {
        return (Connection)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (_, method, arguments) -> {
                            if (!method.getName().equals("commit") || !isWorker.get()) {
                                return invoke(method, connection, arguments);
                            }
                            cross(Side.BEFORE, "commit");
                            var answer = invoke(method, connection, arguments);
                            cross(Side.AFTER, "commit");
                            return answer;
                        });
    }

    private void cross(Side side, String effect) {
        if (!isDead.getAsBoolean()) {
            atBoundary.accept(new Boundary(side, effect));
        }
        awaitLetGo();
        if (isDead.getAsBoolean()) {
            throw new Killed();
        }
    }

    private static Object call(java.lang.reflect.Method method, Object target, Object[] arguments) {
        try {
            return invoke(method, target, arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object invoke(java.lang.reflect.Method method, Object target, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void awaitLetGo() {
        lock.lock();
        try {
            while (isHeld && !isDead.getAsBoolean()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void set(boolean held) {
        lock.lock();
        try {
            isHeld = held;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing that a dead process could catch. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed on purpose", null, false, false);
        }
    }
}
