package dev.plimsoll.provisioner.ca;

/**
 * The life of an authority.
 *
 * <pre>ORDERED ─► TRUSTED ─► ISSUING ─► RETIRING ─► RETIRED</pre>
 */
enum AuthorityState {
    /** Has no key yet. */
    ORDERED,
    /** Certifies nobody yet, until all know it. */
    TRUSTED,
    /** Certifies agents and gateways; there is one. */
    ISSUING,
    /** Certifies nobody any more; some agents still show its certificates. */
    RETIRING,
    /** Trusted by nobody. */
    RETIRED
}
