package dev.plimsoll.provisioner.ca;

import dev.plimsoll.provisioner.work.Outage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings authorities from one state to the next. Every replica looks at the same rows, one of them
 * takes a step, in one transaction: whoever is killed leaves nothing half done, and the next one
 * goes on.
 */
public final class Rotation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rotation.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final AuthorityRows rows;
    private final TransactionTemplate transactions;
    private final CertificateAuthority authority;
    private final CaSettings settings;
    private final InstantSource clock;
    private final Outage outage = new Outage("The rotation of certificate authorities");
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("authority-rotation").factory());

    public Rotation(
            DataSource database,
            CertificateAuthority authority,
            CaSettings settings,
            InstantSource clock) {
        this.rows = new AuthorityRows(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        this.authority = authority;
        this.settings = settings;
        this.clock = clock;
    }

    public void start() {
        timer.scheduleWithFixedDelay(this::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void look() {
        try {
            while (step().isPresent()) {
                // the next one at once
            }
            outage.over();
        } catch (RuntimeException e) {
            if (!timer.isShutdown()) {
                outage.began(e);
            }
        }
    }

    /** What was done; empty where there is nothing to do, or another replica does it. */
    Optional<RotationPlan.Step> step() {
        if (!rows.isRotating()) {
            return Optional.empty();
        }
        var done = transactions.execute(_ -> rows.isOursAlone() ? planned() : null);
        var step = Optional.ofNullable(done);
        step.ifPresent(Rotation::tell);
        return step;
    }

    private RotationPlan.@Nullable Step planned() {
        var next = RotationPlan.next(rows.standings(), clock.instant()).orElse(null);
        switch (next) {
            case RotationPlan.Step.Make(var id) -> {
                var made = authority.newAuthority();
                rows.make(id, made.certificate(), made.keySealed(), settings.spread());
            }
            case RotationPlan.Step.Issue(var id) -> rows.issue(id);
            case RotationPlan.Step.Retire(var id) -> rows.retire(id);
            case null -> {}
        }
        return next;
    }

    private static void tell(RotationPlan.Step step) {
        LOG.atInfo()
                .addKeyValue("authorityId", step.authority())
                .log(
                        switch (step) {
                            case RotationPlan.Step.Make _ ->
                                    "Made a certificate authority; gateways and agents are told";
                            case RotationPlan.Step.Issue _ ->
                                    "A certificate authority issues from now on; agents renew";
                            case RotationPlan.Step.Retire _ ->
                                    "Retired a certificate authority; nobody trusts it any more";
                        });
    }
}
