package dev.plimsoll.provisioner.machine;

import dev.plimsoll.provisioner.work.Outage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Removes machines of which no living row exists. Rows are written before machines are made, so
 * what is listed first and has no living row afterwards cannot be one that is being made.
 */
public final class Janitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);

    private final MachineDriver driver;
    private final JdbcClient sql;
    private final Duration period;
    private final Counter removed;
    private final MachineMeters meters;
    private final Outage outage = new Outage("The search for orphaned machines");
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("janitor").factory());

    public Janitor(
            MachineDriver driver, DataSource database, Duration period, MeterRegistry registry) {
        this.driver = driver;
        this.sql = JdbcClient.create(database);
        this.period = period;
        this.meters = new MachineMeters(sql, registry);
        this.removed =
                Counter.builder("plimsoll.machines.orphans.removed")
                        .description("Machines removed because no record of them exists")
                        .register(registry);
    }

    public void start() {
        clock.scheduleWithFixedDelay(this::tidy, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    void sweep() {
        var orphans = new HashSet<>(driver.owned());
        if (!orphans.isEmpty()) {
            orphans.removeAll(living());
            orphans.forEach(this::remove);
        }
        sweepHeartbeats();
        sweepTraffic();
    }

    private void tidy() {
        try {
            sweep();
            meters.refresh();
            outage.over();
        } catch (RuntimeException e) {
            outage.began(e);
        }
    }

    /** Heartbeats are written without a look at their machine, which may have gone meanwhile. */
    private void sweepHeartbeats() {
        sql.sql(
                        """
                        delete from agent_heartbeat h where not exists (
                            select 1 from machine m
                            where m.id = h.machine_id and m.state <> 'DELETED')
                        """)
                .update();
    }

    /** Likewise; whoever looks far back finds nothing, since it was swept when it was new. */
    private void sweepTraffic() {
        for (var table : List.of("traffic_minute", "traffic_hour")) {
            sql.sql(
                            """
                            delete from %s where load_balancer_id in (
                                select id from load_balancer
                                where removed_at > clock_timestamp() - interval '1 day')
                            """
                                    .formatted(table))
                    .update();
        }
    }

    private Set<MachineId> living() {
        var living = new HashSet<MachineId>();
        sql.sql("select id from machine where state <> 'DELETED'").query(UUID.class).list().stream()
                .map(MachineId::new)
                .forEach(living::add);
        return living;
    }

    private void remove(MachineId machine) {
        if (driver.removeOrphan(machine) instanceof MachineOutcome.Ok) {
            removed.increment();
            LOG.atInfo().addKeyValue("machineId", machine).log("Removed an orphaned machine");
        }
    }
}
