package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.ProbeResult.Phase;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How one probe ended.
 *
 * @param phase the last one that it reached
 * @param errno 0 if the kernel had no part in it
 * @param httpStatus 0 if there was none
 * @param words what the target did, to be put behind its address
 */
record ProbeOutcome(Reason reason, Phase phase, int errno, int httpStatus, String words) {

    private static final int MOST_WORDS = 200;

    static ProbeOutcome accepted() {
        return new ProbeOutcome(Reason.OK, Phase.CONNECT, 0, 0, "accepted a connection");
    }

    static ProbeOutcome timeout(Phase phase) {
        var words =
                switch (phase) {
                    case CONNECT -> "did not answer in time";
                    case TLS -> "did not finish the TLS handshake in time";
                    case HTTP -> "did not send the head of a response in time";
                };
        return new ProbeOutcome(Reason.TIMEOUT, phase, 0, 0, words);
    }

    static ProbeOutcome closed(Phase phase) {
        return new ProbeOutcome(
                Reason.CLOSED, phase, 0, 0, "ended the connection before it had answered");
    }

    static ProbeOutcome answered(int status, boolean isOk) {
        return new ProbeOutcome(
                isOk ? Reason.OK : Reason.HTTP_STATUS,
                Phase.HTTP,
                0,
                status,
                "answered with status " + status);
    }

    static ProbeOutcome malformed() {
        return new ProbeOutcome(
                Reason.HTTP_MALFORMED, Phase.HTTP, 0, 0, "did not answer in HTTP/1");
    }

    static ProbeOutcome tooLarge() {
        return new ProbeOutcome(
                Reason.HTTP_TOO_LARGE,
                Phase.HTTP,
                0,
                0,
                "sent a head of more than " + ResponseHead.MAX_BYTES + " bytes");
    }

    static ProbeOutcome failed(Phase phase, Throwable cause) {
        var tls = tlsCause(cause);
        if (tls != null) {
            return ofTls(phase, tls);
        }
        var failure = ConnectFailure.of(cause);
        return new ProbeOutcome(failure.reason(), phase, failure.errno(), 0, failure.words());
    }

    private static @Nullable Throwable tlsCause(Throwable thrown) {
        for (@Nullable Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof SSLException) {
                return t;
            }
        }
        return null;
    }

    private static ProbeOutcome ofTls(Phase phase, Throwable failure) {
        var reason = Reason.TLS_HANDSHAKE;
        Throwable last = failure;
        for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof CertificateExpiredException
                    || t instanceof CertificateNotYetValidException) {
                return new ProbeOutcome(
                        Reason.TLS_EXPIRED,
                        phase,
                        0,
                        0,
                        "has a certificate that is out of its time");
            }
            if (t instanceof CertPathValidatorException
                    || t.getClass().getSimpleName().equals("ValidatorException")) {
                reason = Reason.TLS_UNTRUSTED;
            }
            last = t;
        }
        var what =
                reason == Reason.TLS_UNTRUSTED
                        ? "has a certificate that is not trusted: "
                        : "failed in the TLS handshake: ";
        return new ProbeOutcome(reason, phase, 0, 0, what + words(last));
    }

    /** What a library says, and with it perhaps a target: not at any length. */
    private static String words(Throwable cause) {
        var words =
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
        return words.length() <= MOST_WORDS ? words : words.substring(0, MOST_WORDS);
    }

    /** Whether the agent itself stood in the way: nothing is known about the target. */
    boolean isLocal() {
        return reason == Reason.NO_DESCRIPTOR || reason == Reason.NO_SOURCE_PORT;
    }

    boolean isSuccess() {
        return reason == Reason.OK;
    }
}
