package dev.plimsoll.provisioner.machine;

import dev.plimsoll.provisioner.work.Outage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Stops the replacement of dead machines while too many of them are found dead at once: then it is
 * more likely that we are wrong, or that replacing makes it worse. Every replica evaluates the same
 * rows. Engages and releases itself; an operator may release it sooner, which the row says.
 */
public final class Brake implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Brake.class);
    private static final Duration PERIOD = Duration.ofMillis(500);

    private final JdbcClient sql;
    private final TransactionTemplate transactions;
    private final BrakeSettings settings;
    private final Outage outage = new Outage("The look at the brake");
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("brake").factory());
    private volatile Sight last = new Sight(false, 0, 0);

    public Brake(DataSource database, BrakeSettings settings, MeterRegistry registry) {
        this.sql = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        this.settings = settings;
        Gauge.builder("plimsoll.brake.engaged", () -> last.engaged() ? 1 : 0)
                .description("1 while dead machines are not replaced because there are too many")
                .register(registry);
        Gauge.builder("plimsoll.brake.dead", () -> last.dead())
                .description("Places whose machine was found dead within the brake's window")
                .register(registry);
    }

    public void start() {
        clock.scheduleWithFixedDelay(this::watch, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void watch() {
        try {
            look();
            outage.over();
        } catch (RuntimeException e) {
            outage.began(e);
        }
    }

    void look() {
        var places =
                sql.sql(
                                """
                                select count(*) from machine
                                where state not in ('DRAINING', 'DELETED')
                                """)
                        .query(Integer.class)
                        .single();
        var dead =
                sql.sql(
                                """
                                select count(distinct (m.load_balancer_id, m.slot))
                                from machine m, brake b
                                where m.found_dead_at > greatest(b.released_at,
                                    clock_timestamp() - :window * interval '1 ms')
                                """)
                        .param("window", settings.window().toMillis())
                        .query(Integer.class)
                        .single();
        var allowed = settings.allowedAmong(places);
        var engaged = settings.enabled() && dead > allowed;
        last = new Sight(engaged, places, dead);
        transactions.executeWithoutResult(_ -> write(last, allowed));
    }

    private void write(Sight now, int allowed) {
        if (update(now, allowed) == 0) {
            return;
        }
        if (now.engaged() && change("engaged_at = clock_timestamp()", "engaged_at is null")) {
            LOG.atWarn()
                    .addKeyValue("dead", now.dead())
                    .addKeyValue("places", now.places())
                    .log("Brake engaged: dead machines are not replaced");
            tell(
                    "REPLACEMENT_STOPPED",
                    "A dead machine is not replaced for now: too many were found dead at once.");
        }
        if (!now.engaged() && change("engaged_at = null", "engaged_at is not null")) {
            LOG.atInfo().addKeyValue("dead", now.dead()).log("Brake released");
            tell("REPLACEMENT_RESUMED", "Dead machines are replaced again.");
        }
    }

    /** Nothing is written while nothing changes. */
    private int update(Sight now, int allowed) {
        return sql.sql(
                        """
                        update brake set dead = :dead, places = :places, allowed = :allowed
                        where (dead, places, allowed, engaged_at is not null)
                            is distinct from (:dead, :places, :allowed, :engaged)
                        """)
                .param("dead", now.dead())
                .param("places", now.places())
                .param("allowed", allowed)
                .param("engaged", now.engaged())
                .update();
    }

    /** True for the one replica that made the change. */
    private boolean change(String assignment, String condition) {
        return sql.sql("update brake set " + assignment + " where " + condition).update() == 1;
    }

    private void tell(String event, String message) {
        sql.sql(
                        """
                        insert into event (project_id, load_balancer_id, type, message, details)
                        select project_id, load_balancer_id, :type, :message,
                               jsonb_build_object('machineId', id, 'slot', slot)
                        from machine
                        where found_dead_at is not null and state not in ('DRAINING', 'DELETED')
                        """)
                .param("type", event)
                .param("message", message)
                .update();
        sql.sql(
                        """
                        select enqueue_work(id, 'BRAKE') from (
                            select distinct load_balancer_id as id from machine
                            where found_dead_at is not null
                              and state not in ('DRAINING', 'DELETED')
                            order by load_balancer_id) waiting
                        """)
                .query()
                .listOfRows();
    }

    private record Sight(boolean engaged, int places, int dead) {}
}
