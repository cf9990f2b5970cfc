package dev.plimsoll.api.tenancy;

/** What an endpoint asks for. */
public enum Permission {
    /** Nothing: open to everyone, tokens or not. */
    NONE,
    /** Any valid token: what is the same for all projects. */
    READ_CATALOGUE,
    /** A role in the project of the path. */
    READ_PROJECT,
    /** The role nlb.admin in the project of the path. */
    WRITE_PROJECT,
    /** An operator. */
    OPERATE
}
