package dev.plimsoll.agent.protocol;

/**
 * Whom an agent is to take for its gateways: whoever shows a certificate for servers that one of
 * these has signed.
 *
 * @param change rises with every change, so that nobody goes back
 * @param certificatesPem of all that are trusted, one after the other
 * @param issuing lower-case hex of the SHA-256 of the certificate (DER) of the one that certifies
 *     agents now
 */
public record Authorities(long change, String certificatesPem, String issuing) {}
