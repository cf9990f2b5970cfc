package dev.plimsoll.agent.protocol;

import org.jspecify.annotations.Nullable;

/**
 * How an agent gets its certificate. Over TLS with the CA that {@link Bootstrap} names:
 *
 * <ul>
 *   <li>{@code POST /v1/enrol} with {@link Request}: spends the one-time token; answers {@link
 *       Response}, or 403 with no reason given.
 *   <li>{@code POST /v1/renew} with {@link Renewal} over a connection that shows the present
 *       certificate.
 *   <li>{@code GET /v1/stream} over such a connection: the control stream, a WebSocket of JSON text
 *       frames.
 * </ul>
 */
public final class Enrolment {
    private Enrolment() {}

    /**
     * @param csrPem PKCS#10 (RFC 2986), P-256, made with a key that never leaves the machine. The
     *     CA names the subject.
     */
    public record Request(String token, String csrPem) {
        @Override
        public String toString() {
            return "Request[token=***]";
        }
    }

    public record Renewal(String csrPem) {}

    /**
     * @param certificatePem common name is the machine's id, serial number attribute its
     *     incarnation
     * @param authorities null where the gateway is too old to say
     */
    public record Response(String certificatePem, @Nullable Authorities authorities) {}
}
