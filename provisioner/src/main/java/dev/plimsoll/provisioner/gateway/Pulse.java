package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.Authorities;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.agent.protocol.GatewayMessage;
import dev.plimsoll.provisioner.ca.CertificateAuthority;
import dev.plimsoll.provisioner.work.Outage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Keeps a gateway on the roster, and its agents told of who else is there and which authorities
 * count. On a thread of its own: whatever else hangs, who beats is alive.
 */
final class Pulse {
    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
    private static final Duration PACING = Duration.ofSeconds(1);

    private final Roster roster;
    private final AgentRecords records;
    private final CertificateAuthority authority;
    private final Sessions sessions;
    private final Pacing pacing;
    private final Outage outage = new Outage("Staying on the roster of gateways");
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("gateway-pulse").factory());
    private volatile @Nullable GatewayAddress address;
    private volatile @Nullable GatewayTls tls;
    private volatile long followed;
    private volatile List<GatewayAddress> gateways = List.of();

    Pulse(
            Roster roster,
            AgentRecords records,
            CertificateAuthority authority,
            Sessions sessions,
            Pacing pacing) {
        this.roster = roster;
        this.records = records;
        this.authority = authority;
        this.sessions = sessions;
        this.pacing = pacing;
    }

    /**
     * Enters the roster.
     *
     * @throws IllegalStateException when another process of this name lives
     */
    void start(GatewayAddress at, GatewayTls secured, Duration beat) {
        address = at;
        tls = secured;
        enter(at);
        every(PACING, pacing::follow);
        every(beat, () -> orReport(this::beat));
    }

    private void every(Duration period, Runnable action) {
        thread.scheduleWithFixedDelay(
                action, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** All that live, this one included. */
    List<GatewayAddress> gateways() {
        return gateways;
    }

    /** A gateway came or went. Never blocks. */
    void onGateways() {
        soon(this::tellOfGateways);
    }

    /** An authority came, went, or issues now. Never blocks. */
    void onAuthorities() {
        soon(this::followAuthorities);
    }

    private void soon(Runnable action) {
        try {
            thread.execute(() -> orReport(action));
        } catch (RejectedExecutionException closed) {
            LOG.atDebug().log("Closed: nobody is left to be told");
        }
    }

    /** What an agent has to know of the others as soon as it is there. */
    void greet(Session session) {
        session.tell(new GatewayMessage.GatewaysChanged(gateways));
        session.tell(news());
        pacing.tell(session);
    }

    Authorities trusted() {
        return authority.trusted().told();
    }

    /** The last beat was the last. */
    void stop() {
        thread.shutdownNow();
    }

    /** After {@link #stop}. */
    void leave() {
        try {
            roster.leave();
            voidLost();
        } catch (DataAccessException | TransactionException e) {
            LOG.atWarn().setCause(e).log("Cannot leave the roster in order; will be struck off");
        }
    }

    /** What gateways that are gone said of their agents. */
    void voidLost() {
        int count = 0;
        for (int some = records.voidLost(); some > 0; some = records.voidLost()) {
            count += some;
        }
        if (count > 0) {
            LOG.atInfo()
                    .addKeyValue("count", count)
                    .log("Voided streams of gateways that are gone");
        }
    }

    private void enter(GatewayAddress at) {
        roster.enter(at);
        gateways = roster.living();
        followAuthorities();
        voidLost();
    }

    private void beat() {
        if (!roster.beat() && !thread.isShutdown()) {
            comeBack();
        }
        if (roster.strikeOffSilent() > 0) {
            voidLost();
        }
        tellOfGateways();
        followAuthorities();
    }

    private void orReport(Runnable action) {
        try {
            action.run();
            outage.over();
        } catch (RuntimeException e) {
            if (!thread.isShutdown()) {
                outage.began(e);
            }
        }
    }

    /** Others have taken over; agents that are still connected here dial again. */
    private void comeBack() {
        LOG.atWarn().log("Was taken for dead; dropping all streams");
        sessions.all().forEach(session -> session.drop(GatewayMeters.Dropped.STRUCK_OFF));
        var at = address;
        if (at != null) {
            enter(at);
        }
    }

    private void tellOfGateways() {
        var present = roster.living();
        if (!present.isEmpty() && !present.equals(gateways)) {
            gateways = present;
            var news = new GatewayMessage.GatewaysChanged(present);
            sessions.all().forEach(session -> session.tell(news));
        }
    }

    /** Trusts whom the rows name before it says so, and before it tells its agents. */
    private void followAuthorities() {
        var trusted = authority.refresh();
        var secured = tls;
        if (secured != null && trusted.change() != followed) {
            secured.follow();
            followed = trusted.change();
            sessions.all().forEach(session -> session.tell(news()));
        }
        roster.trust(trusted.ids());
    }

    private GatewayMessage.AuthoritiesChanged news() {
        return new GatewayMessage.AuthoritiesChanged(trusted(), authority.renewWithin().toMillis());
    }
}
