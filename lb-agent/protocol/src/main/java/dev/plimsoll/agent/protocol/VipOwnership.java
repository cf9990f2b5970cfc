package dev.plimsoll.agent.protocol;

/** What decides which of a load balancer's two agents has the VIP. */
public sealed interface VipOwnership {

    /**
     * The agents decide: whoever holds the exclusive lock on this file is active and listens; the
     * other waits for it.
     */
    record FileLock(String file) implements VipOwnership {}

    /**
     * The machine's keepalived decides, and both agents listen all the time.
     *
     * @param roleFifo keepalived's {@code vrrp_notify_fifo}; the agent is active while the last
     *     line of it said {@code MASTER}
     * @param trackFile keepalived's {@code track_file}: the agent writes 0 while it may have the
     *     VIP, 1 while it must not
     */
    record Keepalived(String roleFifo, String trackFile) implements VipOwnership {}
}
