package dev.plimsoll.provisioner.machine;

/** What a driver sees of a machine, whatever its agent says. */
public enum Presence {
    RUNNING,
    /** It was there and cannot run again by itself; remains of it may have to be removed. */
    DEAD,
    /**
     * It is there and does nothing, and holds on to what it has. It may wake at any moment: to be
     * fenced before anything takes its place.
     */
    HUNG,
    /** There is nothing by that name. */
    ABSENT,
    /** The driver cannot tell at the moment. Never a reason to replace a machine. */
    UNKNOWN
}
