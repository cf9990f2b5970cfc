package dev.plimsoll.api.authentication;

/** A request whose answer goes on for long. */
@FunctionalInterface
public interface LastingCall {

    /** Whether its caller would still be let in. */
    boolean isStillAllowed();
}
