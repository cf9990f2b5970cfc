package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.app.machine.MachineFolder;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.AuthoritiesHeld;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.Enrolment;
import dev.plimsoll.agent.protocol.GatewayMessage.AuthoritiesChanged;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The agent's certificate over its life: enrols with the driver's token, renews at a third of each
 * certificate's life, or when another authority issues, on a connection of its own while the stream
 * stays open. One that has expired is renewed as long as the gateway lets it; after that the driver
 * gives a new token.
 */
final class Certificates {
    private static final Logger log = LoggerFactory.getLogger(Certificates.class);

    /** Between two tries to renew, as a part of a certificate's life, within these bounds. */
    private static final int TRIES_PER_LIFE = 60;

    private static final Duration SHORTEST_RETRY = Duration.ofMillis(200);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

    /** A clock that jumps, or a certificate from elsewhere, is noticed within this time. */
    private static final Duration LOOK_AT_LEAST_EVERY = Duration.ofMinutes(10);

    private final MachineFolder folder;
    private final Trust trust;
    private final InstantSource clock;
    private final Dial dial;
    private final Consumer<AgentMessage> toSay;
    private final AtomicReference<@Nullable AuthoritiesChanged> news = new AtomicReference<>();
    private final Semaphore hasNews = new Semaphore(0);
    private boolean isFailing;
    private boolean isDoubted;
    private @Nullable Instant orderedBefore;

    /** A gateway as it is reached with an identity. */
    @FunctionalInterface
    interface Dial {
        Gateway as(Identity identity) throws IOException, GeneralSecurityException;
    }

    /**
     * @param toSay tells the gateway, if there is a stream to one
     */
    Certificates(
            MachineFolder folder,
            Trust trust,
            InstantSource clock,
            Dial dial,
            Consumer<AgentMessage> toSay) {
        this.folder = folder;
        this.trust = trust;
        this.clock = clock;
        this.dial = dial;
        this.toSay = toSay;
    }

    /** An identity that a stream can be opened with. */
    synchronized Identity present() throws IOException, GeneralSecurityException {
        var bootstrap = folder.bootstrap();
        var identity = Identity.in(folder);
        if (!identity.isEnrolledAs(bootstrap.incarnation())) {
            enrol(identity, bootstrap);
        } else if (isDoubted || identity.hasExpired(clock.instant())) {
            revive(identity, bootstrap);
        }
        return identity;
    }

    void keepRenewing() {
        Thread.ofPlatform()
                .daemon()
                .name("agent-renewal")
                .start(() -> {
                    try {
                        while (true) {
                            takeNews();
                            var _ =
                                    hasNews.tryAcquire(
                                            renewIfDue().toMillis(), TimeUnit.MILLISECONDS);
                            hasNews.drainPermits();
                        }
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    /** Any thread; never blocks. */
    void heed(AuthoritiesChanged changed) {
        news.set(changed);
        hasNews.release();
    }

    /** What cannot be written down is tried again with the next look. */
    private synchronized void takeNews() {
        var changed = news.getAndSet(null);
        if (changed == null) {
            return;
        }
        try {
            var bootstrap = folder.bootstrap();
            trust.learn(changed.authorities(), bootstrap);
            sayWhatIsHeld(bootstrap);
            if (!isOfIssuing(Identity.in(folder), bootstrap)) {
                var wait = ThreadLocalRandom.current().nextLong(changed.renewWithinMillis() + 1);
                var due = clock.instant().plusMillis(wait);
                orderedBefore = orderedBefore == null ? due : orderedBefore;
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            report(e);
            news.compareAndSet(null, changed);
        }
    }

    private boolean isOfIssuing(Identity identity, Bootstrap bootstrap)
            throws GeneralSecurityException {
        var issuing = trust.issuing(bootstrap);
        return issuing == null
                || !identity.isEnrolledAs(bootstrap.incarnation())
                || issuing.equals(identity.certifiedBy(trust.authorities(bootstrap)));
    }

    private void sayWhatIsHeld(Bootstrap bootstrap) throws IOException, GeneralSecurityException {
        var identity = Identity.in(folder);
        if (identity.isEnrolledAs(bootstrap.incarnation())) {
            var authorities = trust.authorities(bootstrap);
            toSay.accept(
                    new AuthoritiesHeld(
                            Trust.hashes(authorities), identity.certifiedBy(authorities)));
        }
    }

    private Instant dueOf(Identity identity) {
        var ordered = orderedBefore;
        var due = identity.renewalDue();
        return ordered != null && ordered.isBefore(due) ? ordered : due;
    }

    /**
     * Two thirds of a certificate's life are there to try again in.
     *
     * @return the time to wait before the next look
     */
    private synchronized Duration renewIfDue() {
        try {
            var bootstrap = folder.bootstrap();
            var identity = Identity.in(folder);
            if (!identity.isEnrolledAs(bootstrap.incarnation())) {
                return SHORTEST_RETRY; // the link is about to enrol
            }
            if (!clock.instant().isBefore(dueOf(identity))) {
                try {
                    renew(identity, bootstrap);
                    sayWhatIsHeld(bootstrap);
                    return afterRenewal(identity);
                } catch (IOException | JacksonException e) {
                    report(e);
                    return retry(identity);
                }
            }
            var due = Duration.between(clock.instant(), dueOf(identity));
            return within(SHORTEST_RETRY, due, LOOK_AT_LEAST_EVERY);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            report(e);
            return LONGEST_RETRY;
        }
    }

    /** Once until one is. */
    private void report(Exception e) {
        if (!isFailing) {
            isFailing = true;
            log.atWarn().addKeyValue("cause", e.toString()).log("Certificate not renewed");
        }
    }

    /** Not at once again, even where this clock and the authority's are far apart. */
    private static Duration afterRenewal(Identity identity) {
        return within(SHORTEST_RETRY, identity.life().dividedBy(4), LOOK_AT_LEAST_EVERY);
    }

    private static Duration retry(Identity identity) {
        return within(SHORTEST_RETRY, identity.life().dividedBy(TRIES_PER_LIFE), LONGEST_RETRY);
    }

    private static Duration within(Duration least, Duration wanted, Duration most) {
        if (wanted.compareTo(least) < 0) {
            return least;
        }
        return wanted.compareTo(most) > 0 ? most : wanted;
    }

    /** With a token that was spent already this is refused, and tried again with the next one. */
    private void revive(Identity identity, Bootstrap bootstrap)
            throws IOException, GeneralSecurityException {
        try {
            renew(identity, bootstrap);
        } catch (Gateway.Denied | SSLException tooLate) {
            enrol(identity, bootstrap);
        }
        isDoubted = false;
    }

    /** A gateway has broken off the handshake over it: perhaps of an authority that is no more. */
    synchronized void doubt() {
        isDoubted = true;
    }

    private void enrol(Identity identity, Bootstrap bootstrap)
            throws IOException, GeneralSecurityException {
        var request = identity.requestPem(bootstrap.machineId().toString());
        install(
                identity,
                dial.as(identity.withoutCertificate()).enrol(bootstrap.enrolmentToken(), request),
                bootstrap);
        log.atInfo().addKeyValue("machineId", bootstrap.machineId()).log("Enrolled");
    }

    private void renew(Identity identity, Bootstrap bootstrap)
            throws IOException, GeneralSecurityException {
        var request = identity.requestPem(bootstrap.machineId().toString());
        install(identity, dial.as(identity).renew(request), bootstrap);
        isFailing = false;
        log.atInfo().addKeyValue("machineId", bootstrap.machineId()).log("Certificate renewed");
    }

    /** First whom to trust: a certificate of an authority that is not known is worth little. */
    private void install(Identity identity, Enrolment.Response response, Bootstrap bootstrap)
            throws IOException, GeneralSecurityException {
        var authorities = response.authorities();
        if (authorities != null) {
            trust.learn(authorities, bootstrap);
        }
        identity.install(response.certificatePem());
        orderedBefore = null;
    }
}
