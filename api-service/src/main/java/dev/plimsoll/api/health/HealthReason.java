package dev.plimsoll.api.health;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of why a target is as it is: what each reason means in plain words, and the likely
 * fix. Names as in the contract, and as agents say them, but {@link #NOT_REPORTED}.
 */
public enum HealthReason {
    OK,
    UNCHECKED,
    /** The agent has not spoken of the target. */
    NOT_REPORTED,
    NOT_PROBED,
    REMOVED,
    REFUSED,
    TIMEOUT,
    UNREACHABLE,
    RESET,
    CLOSED,
    TLS_HANDSHAKE,
    TLS_UNTRUSTED,
    TLS_EXPIRED,
    HTTP_STATUS,
    HTTP_MALFORMED,
    HTTP_TOO_LARGE,
    NO_SOURCE_PORT,
    NO_DESCRIPTOR,
    OTHER;

    /** The last phase that a probe reached. */
    public enum Phase {
        CONNECT,
        TLS,
        HTTP
    }

    /** Agents may be newer than this service. */
    static HealthReason of(String code) {
        return Stream.of(values()).filter(it -> it.name().equals(code)).findFirst().orElse(OTHER);
    }

    /**
     * One sentence.
     *
     * @param probed where probes go to, in words
     * @param phase that a probe reached; null where none is known
     * @param httpStatus that the target answered; null where it did not
     */
    public String sentence(String probed, @Nullable Phase phase, @Nullable Integer httpStatus) {
        return probed + " " + predicate(phase, httpStatus) + ".";
    }

    private String predicate(@Nullable Phase phase, @Nullable Integer httpStatus) {
        return switch (this) {
            case OK -> "answers as it should; nothing is to be done";
            case UNCHECKED ->
                    "is not probed and counts as healthy, because its pool has no health check or"
                        + " the agent is a simulated one: give the pool an activeHealthCheck if it"
                        + " should be taken out when it fails";
            case NOT_REPORTED ->
                    "is not known to the agent yet: wait until the newest configuration is applied,"
                            + " which .../status shows";
            case NOT_PROBED ->
                    "has not answered or failed a probe yet: wait for the first result of its"
                            + " health check";
            case REMOVED ->
                    "has left its pool and gets no new connections; those that it has end in their"
                            + " own time, so nothing is to be done";
            case REFUSED ->
                    "refuses connections: start what is to listen there, or correct the pool's"
                            + " target port or the health check's";
            case TIMEOUT -> timeout(phase);
            case UNREACHABLE ->
                    "cannot be reached over the network: check that the machine runs, that the"
                            + " address is right, and that a route leads there";
            case RESET ->
                    "breaks connections off: look into the log of what listens there; it may be"
                            + " overloaded, expect another protocol, or a PROXY header";
            case CLOSED ->
                    "ends connections before it has answered: check that what listens there speaks"
                            + " the protocol of the health check, with or without TLS and a PROXY"
                            + " header as ordered";
            case TLS_HANDSHAKE ->
                    "does not agree on TLS: check that it speaks TLS 1.2 or 1.3 on this port, and"
                            + " answers clients that send no server name";
            case TLS_UNTRUSTED ->
                    "shows a certificate that no trusted authority has signed: set customCa to its"
                            + " authority, have it send the whole chain, or set"
                            + " skipCertificateValidation";
            case TLS_EXPIRED ->
                    "shows a certificate that is out of its time: renew it, and check the clocks";
            case HTTP_STATUS -> status(httpStatus);
            case HTTP_MALFORMED ->
                    "does not answer in HTTP/1: correct the health check's port, or whether it is"
                            + " to use TLS";
            case HTTP_TOO_LARGE ->
                    "answers with more headers than a health check reads: give it a path that"
                            + " answers with few";
            case NO_SOURCE_PORT ->
                    "could not be asked, because the agent has no free port towards it; its verdict"
                            + " stays as it was: have connections end sooner, or spread them over"
                            + " more targets";
            case NO_DESCRIPTOR ->
                    "could not be asked, because the agent holds as many connections as its machine"
                            + " allows; its verdict stays as it was: choose a larger plan";
            case OTHER ->
                    "fails in a way that has no name: look at the last probes, and ask for an"
                            + " explanation of the target";
        };
    }

    private static String timeout(@Nullable Phase phase) {
        return switch (phase) {
            case TLS ->
                    "takes connections and does not finish the TLS handshake in time: check that it"
                            + " speaks TLS on this port, and how busy it is";
            case HTTP ->
                    "takes connections and does not answer requests in time: look at how busy it"
                            + " is, or give the health check a longer timeout";
            case CONNECT ->
                    "does not answer connections at all: check that the machine runs, and that its"
                            + " security group and firewall admit the load balancer on this port";
            case null ->
                    "does not answer in time: check that the machine runs, and that its security"
                            + " group and firewall admit the load balancer on this port";
        };
    }

    private static String status(@Nullable Integer status) {
        var answered =
                status == null ? "answers with a status" : "answers with status " + status + ",";
        var fix =
                status == null || status < 500
                        ? "correct the health check's path or okStatuses"
                        : "look into the log of the service, or correct the health check's path";
        return answered + " which does not count as healthy: " + fix;
    }
}
