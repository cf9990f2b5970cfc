package dev.plimsoll.provisioner.reconcile;

/** Addresses that are allocated here. A static external address comes with the order. */
enum AddressKind {
    PRIVATE,
    EPHEMERAL
}
