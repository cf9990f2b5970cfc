package dev.plimsoll.provisioner.campaign;

import java.time.Duration;

/** Something that somebody does in a schedule: a tenant, or fate. Numbers count load balancers. */
sealed interface Deed {
    record Create(Order order) implements Deed {}

    record Update(int number, Order order) implements Deed {}

    /** Two writers at the same moment. */
    record UpdateTwice(int number, Order one, Order other) implements Deed {}

    record Delete(int number) implements Deed {}

    record CrashMachine(int number, int slot) implements Deed {}

    record DisconnectAgent(int number, int slot) implements Deed {}

    record CutDatabase() implements Deed {}

    /** The server ends the provisioner's sessions. */
    record TerminateSessions() implements Deed {}

    record HoldDatabase(Duration lasting) implements Deed {}

    /** Dies at the n-th boundary from now, and is started again. */
    record KillProvisioner(int boundaries) implements Deed {}

    /** Is frozen, replaced, and goes on long after its leases have passed. */
    record FreezeProvisioner(Duration lasting) implements Deed {}

    /** The next calls of the driver meet mischief. */
    record Spoil(Mischief mischief, int calls) implements Deed {}
}
