package dev.plimsoll.provisioner.campaign;

/** What a machine driver can do to a call, besides what it is asked for. */
enum Mischief {
    NONE,
    /** Fails, and did nothing: 409, 429, 500. */
    FAILS,
    /** Does it, and answers that it failed. */
    DOES_IT_AND_FAILS,
    /** Does it, and the answer never comes. */
    DOES_IT_AND_HANGS,
    /** Does it long after the deadline, deaf to interrupts. */
    DOES_IT_LATE,
    /** Does it twice. */
    DOES_IT_TWICE,
    /** Breaks its contract. */
    THROWS,
    /** The infrastructure's quota is used up. */
    EXCEEDS_QUOTA
}
