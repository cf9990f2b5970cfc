package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.app.machine.MachineFolder;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.GatewayMessage;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.resources.LoopResources;

/**
 * Keeps a control stream open for ever: enrols if needed, dials, and dials again, the gateways in
 * turn. Runs on a daemon thread of its own; nothing that happens here touches the traffic.
 */
public final class Link {
    private static final Logger log = LoggerFactory.getLogger(Link.class);

    /**
     * Little at first, since a gateway that is frozen must not cost more than a few seconds; longer
     * after each round in which none was to be had, when all are busy.
     */
    private static final Duration FIRST_PATIENCE = Duration.ofMillis(1_500);

    private static final int MOST_DOUBLINGS = 3;

    private final MachineFolder folder;
    private final LoopResources loops;
    private final StreamEvents events;
    private final KnownGateways known;
    private final Trust trust;
    private final Certificates certificates;
    private final LinkMeters meters = new LinkMeters();
    private final BackOff backOff =
            new BackOff(Duration.ofMillis(100), Duration.ofSeconds(2), new SplittableRandom());
    private final BackOff deniedBackOff =
            new BackOff(Duration.ofSeconds(2), Duration.ofSeconds(30), new SplittableRandom());
    private final Turn turn = new Turn(new SplittableRandom());
    private final LongAdder dialsSinceOpen = new LongAdder();
    private boolean failing;

    public Link(
            MachineFolder folder, LoopResources loops, InstantSource clock, StreamEvents events) {
        this.folder = folder;
        this.loops = loops;
        this.events = events;
        this.known = new KnownGateways(folder);
        this.trust = new Trust(folder);
        this.certificates = new Certificates(folder, trust, clock, this::gateway, events::toSay);
    }

    public LinkMeters meters() {
        return meters;
    }

    public void start() {
        Thread.ofPlatform().daemon().name("agent-link").start(this::keepDialling);
        certificates.keepRenewing();
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
            gateway(certificates.present()).stream(new Counted());
            return backOff.next();
        } catch (Gateway.Denied e) {
            meters.dialled(LinkMeters.Dial.DENIED);
            report(e);
            return deniedBackOff.next();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            meters.dialled(LinkMeters.Dial.FAILED);
            if (e instanceof SSLHandshakeException) {
                certificates.doubt();
            }
            report(e);
            return backOff.next();
        } finally {
            turn.pass();
            dialsSinceOpen.increment();
        }
    }

    /** The one whose turn it is, as far as the machine's folder knows them now. */
    private Gateway gateway(Identity identity) throws IOException, GeneralSecurityException {
        var bootstrap = folder.bootstrap();
        var gateways = known.with(bootstrap.gateways());
        long rounds = Math.min(dialsSinceOpen.sum() / gateways.size(), MOST_DOUBLINGS);
        return new Gateway(
                turn.among(gateways),
                identity.tls(trust.authorities(bootstrap)),
                FIRST_PATIENCE.multipliedBy(1L << rounds),
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
            dialsSinceOpen.reset();
            backOff.reset();
            deniedBackOff.reset();
            meters.dialled(LinkMeters.Dial.CONNECTED);
            meters.connected(true);
            log.info("Control stream open");
            events.opened(outlet);
        }

        @Override
        public void received(GatewayMessage message) {
            switch (message) {
                case GatewayMessage.GatewaysChanged(var gateways) -> known.remember(gateways);
                case GatewayMessage.AuthoritiesChanged changed -> certificates.heed(changed);
                default -> events.received(message);
            }
        }

        @Override
        public void closed(Outlet outlet) {
            meters.connected(false);
            events.closed(outlet);
        }

        @Override
        public void toSay(AgentMessage message) {
            events.toSay(message);
        }
    }
}
