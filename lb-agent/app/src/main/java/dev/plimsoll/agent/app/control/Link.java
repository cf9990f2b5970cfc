package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.app.machine.MachineFolder;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.GatewayMessage;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.resources.LoopResources;
import tools.jackson.core.JacksonException;

/**
 * Keeps a control stream open for ever: enrols if needed, renews in time, dials, and dials again.
 * Runs on a daemon thread of its own; nothing that happens here touches the traffic.
 */
public final class Link {
    private static final Logger log = LoggerFactory.getLogger(Link.class);

    private static final Duration RENEWAL_RETRY = Duration.ofMinutes(1);

    private final MachineFolder folder;
    private final LoopResources loops;
    private final InstantSource clock;
    private final StreamEvents events;
    private final LinkMeters meters = new LinkMeters();
    private final BackOff backOff =
            new BackOff(Duration.ofMillis(100), Duration.ofSeconds(2), new SplittableRandom());
    private final BackOff deniedBackOff =
            new BackOff(Duration.ofSeconds(2), Duration.ofSeconds(30), new SplittableRandom());
    private final Turn turn = new Turn(new SplittableRandom());
    private boolean failing;

    public Link(
            MachineFolder folder, LoopResources loops, InstantSource clock, StreamEvents events) {
        this.folder = folder;
        this.loops = loops;
        this.clock = clock;
        this.events = events;
    }

    public LinkMeters meters() {
        return meters;
    }

    public void start() {
        Thread.ofPlatform().daemon().name("agent-link").start(this::keepDialling);
    }

    private void keepDialling() {
        try {
            while (true) {
                Thread.sleep(dialOnce());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Returns when the stream has ended or could not be had: with the time to wait before the next.
     */
    private Duration dialOnce() {
        try {
            var bootstrap = folder.bootstrap();
            var identity = Identity.in(folder);
            certify(identity, bootstrap);
            gateway(identity, bootstrap).stream(new Counted(), untilRenewal(identity));
            return backOff.next();
        } catch (Gateway.Denied e) {
            meters.dialled(LinkMeters.Dial.DENIED);
            report(e);
            return deniedBackOff.next();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            meters.dialled(LinkMeters.Dial.FAILED);
            report(e);
            return backOff.next();
        } finally {
            turn.pass();
        }
    }

    private void certify(Identity identity, Bootstrap bootstrap)
            throws IOException, GeneralSecurityException {
        var machine = bootstrap.machineId().toString();
        if (!identity.isEnrolledAs(bootstrap.incarnation())) {
            var request = identity.requestPem(machine);
            identity.install(
                    gateway(identity, bootstrap).enrol(bootstrap.enrolmentToken(), request));
            log.atInfo().addKeyValue("machineId", machine).log("Enrolled");
        } else if (clock.instant().isAfter(identity.renewalDue())) {
            renew(identity, bootstrap, machine);
        }
    }

    /**
     * Two thirds of a certificate's life are there to try again in: a failure here is no reason to
     * stop.
     */
    private void renew(Identity identity, Bootstrap bootstrap, String machine)
            throws GeneralSecurityException {
        try {
            identity.install(gateway(identity, bootstrap).renew(identity.requestPem(machine)));
            log.atInfo().addKeyValue("machineId", machine).log("Certificate renewed");
        } catch (IOException | JacksonException e) {
            log.atWarn().addKeyValue("cause", e.toString()).log("Certificate not renewed");
        }
    }

    /** A stream ends where a renewal is due; one that has just failed is tried again in a while. */
    private Duration untilRenewal(Identity identity) {
        var due = Duration.between(clock.instant(), identity.renewalDue());
        return due.compareTo(RENEWAL_RETRY) < 0 ? RENEWAL_RETRY : due;
    }

    private Gateway gateway(Identity identity, Bootstrap bootstrap)
            throws IOException, GeneralSecurityException {
        return new Gateway(
                turn.among(bootstrap.gateways()),
                identity.tls(bootstrap.caCertificatePem()),
                loops);
    }

    /** Once per outage; the counter has the rest. */
    private void report(Exception e) {
        if (!failing) {
            failing = true;
            log.atWarn().addKeyValue("cause", e.toString()).log("No control stream; dialling on");
        }
    }

    /** Tells the agent of streams that opened, and only those. */
    private final class Counted implements StreamEvents {
        @Override
        public void opened(Outlet outlet) {
            failing = false;
            backOff.reset();
            deniedBackOff.reset();
            meters.dialled(LinkMeters.Dial.CONNECTED);
            meters.connected(true);
            log.info("Control stream open");
            events.opened(outlet);
        }

        @Override
        public void received(GatewayMessage message) {
            events.received(message);
        }

        @Override
        public void closed(Outlet outlet) {
            meters.connected(false);
            events.closed(outlet);
        }
    }
}
