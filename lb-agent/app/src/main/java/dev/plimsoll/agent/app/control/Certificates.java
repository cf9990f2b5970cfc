package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.app.machine.MachineFolder;
import dev.plimsoll.agent.protocol.Bootstrap;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The agent's certificate over its life: enrols with the driver's token, renews at a third of each
 * certificate's life on a connection of its own while the stream stays open. One that has expired
 * is renewed as long as the gateway lets it; after that the driver gives a new token.
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
    private final InstantSource clock;
    private final Dial dial;
    private boolean isFailing;
    private boolean isDoubted;

    /** A gateway as it is reached with an identity. */
    @FunctionalInterface
    interface Dial {
        Gateway as(Identity identity) throws IOException, GeneralSecurityException;
    }

    Certificates(MachineFolder folder, InstantSource clock, Dial dial) {
        this.folder = folder;
        this.clock = clock;
        this.dial = dial;
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
                            Thread.sleep(renewIfDue());
                        }
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
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
            if (!clock.instant().isBefore(identity.renewalDue())) {
                try {
                    renew(identity, bootstrap);
                    return afterRenewal(identity);
                } catch (IOException | JacksonException e) {
                    report(e);
                    return retry(identity);
                }
            }
            var due = Duration.between(clock.instant(), identity.renewalDue());
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
        identity.install(
                dial.as(identity.withoutCertificate()).enrol(bootstrap.enrolmentToken(), request));
        log.atInfo().addKeyValue("machineId", bootstrap.machineId()).log("Enrolled");
    }

    private void renew(Identity identity, Bootstrap bootstrap)
            throws IOException, GeneralSecurityException {
        var request = identity.requestPem(bootstrap.machineId().toString());
        identity.install(dial.as(identity).renew(request));
        isFailing = false;
        log.atInfo().addKeyValue("machineId", bootstrap.machineId()).log("Certificate renewed");
    }
}
