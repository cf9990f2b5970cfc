package dev.plimsoll.api.tenancy;

/** What an endpoint asks for. */
public enum Permission {
    /** Nothing: open to everyone, tokens or not. */
    NONE,
    /** Any valid token of a project: what is the same for all projects. */
    READ_CATALOGUE,
    /** A token of the project in the path. */
    READ_PROJECT,
    /** A token of the project in the path with the role nlb.admin. */
    WRITE_PROJECT,
    /** An operator's token. */
    OPERATE
}
