package dev.plimsoll.provisioner;

import dev.plimsoll.db.Notifications;
import dev.plimsoll.provisioner.ca.CertificateAuthority;
import dev.plimsoll.provisioner.ca.Rotation;
import dev.plimsoll.provisioner.gateway.Gateway;
import dev.plimsoll.provisioner.machine.Brake;
import dev.plimsoll.provisioner.machine.DeathReports;
import dev.plimsoll.provisioner.machine.FilterAnswers;
import dev.plimsoll.provisioner.machine.Janitor;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.reconcile.PlanAnswers;
import dev.plimsoll.provisioner.work.FirstPass;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import dev.plimsoll.provisioner.work.WorkLoop;
import dev.plimsoll.provisioner.work.WorkQueue;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops the parts in the one order that keeps the database truthful: what an earlier
 * life left behind is voided first, and nobody works before agents can report. Comes up before the
 * context's web servers; the schema must be there by then. Agents outlive it.
 */
final class ProvisionerLifecycle implements SmartLifecycle {
    private static final int BEFORE_WEB_SERVERS = 0;

    private final DataSource database;
    private final WorkQueue queue;
    private final CertificateAuthority authority;
    private final Rotation rotation;
    private final Gateway gateway;
    private final MachineDriver driver;
    private final WorkLoop loop;
    private final Janitor janitor;
    private final Brake brake;
    private final FilterAnswers filters;
    private final PlanAnswers plans;
    private final FirstPass firstPass;
    private volatile @Nullable Notifications notifications;
    private volatile boolean isRunning;

    ProvisionerLifecycle(
            DataSource database,
            WorkQueue queue,
            CertificateAuthority authority,
            Rotation rotation,
            Gateway gateway,
            MachineDriver driver,
            WorkLoop loop,
            Janitor janitor,
            Brake brake,
            FilterAnswers filters,
            PlanAnswers plans,
            FirstPass firstPass) {
        this.database = database;
        this.queue = queue;
        this.authority = authority;
        this.rotation = rotation;
        this.gateway = gateway;
        this.driver = driver;
        this.loop = loop;
        this.janitor = janitor;
        this.brake = brake;
        this.filters = filters;
        this.plans = plans;
        this.firstPass = firstPass;
    }

    @Override
    public void start() {
        authority.load();
        gateway.start();
        queue.dropOwnLeases();
        driver.onDeath(new DeathReports(database));
        firstPass.begin(queue.enqueueAll("START"));
        listen();
        loop.start();
        janitor.start();
        brake.start();
        rotation.start();
        isRunning = true;
    }

    @Override
    public void stop() {
        rotation.close();
        brake.close();
        janitor.close();
        loop.close();
        var listening = notifications;
        if (listening != null) {
            listening.close();
        }
        gateway.close();
        isRunning = false;
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }

    @Override
    public int getPhase() {
        return BEFORE_WEB_SERVERS;
    }

    private void listen() {
        var listening =
                new Notifications(
                        database,
                        Map.of(
                                "plimsoll_work", _ -> loop.wake(),
                                "plimsoll_config", id -> gateway.onConfig(LoadBalancerId.of(id)),
                                "plimsoll_machine", id -> gateway.onMachine(MachineId.of(id)),
                                "plimsoll_gateway", _ -> gateway.onGateways(),
                                "plimsoll_authority", _ -> gateway.onAuthorities(),
                                "plimsoll_inquiry", this::onInquiry),
                        () -> {
                            gateway.onNotificationsConnected();
                            loop.wake();
                        });
        listening.start();
        notifications = listening;
    }

    /** The machine whose agent is asked, or nothing where we are, and the question. */
    private void onInquiry(String payload) {
        var machine = payload.substring(0, payload.indexOf(' '));
        var inquiry = UUID.fromString(payload.substring(machine.length() + 1));
        if (machine.isEmpty()) {
            filters.onInquiry(inquiry);
            plans.onInquiry(inquiry);
        } else {
            gateway.onInquiry(MachineId.of(machine), inquiry);
        }
    }
}
