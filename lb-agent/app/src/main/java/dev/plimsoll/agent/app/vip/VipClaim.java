package dev.plimsoll.agent.app.vip;

import dev.plimsoll.agent.protocol.VipOwnership;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An agent's claim to its load balancer's VIP. Yielding leaves the VIP to the peer; it is no
 * promise that there is one.
 */
public sealed interface VipClaim permits LockClaim, KeepalivedClaim {

    /** Nothing is claimed before {@link #start}. */
    static VipClaim of(VipOwnership ownership, VipEvents events) throws IOException {
        return switch (ownership) {
            case VipOwnership.FileLock(var file) -> LockClaim.on(Path.of(file), events);
            case VipOwnership.Keepalived(var fifo, var track) ->
                    new KeepalivedClaim(Path.of(fifo), Path.of(track), events);
        };
    }

    /** Whether an agent listens although the peer has the VIP. */
    boolean isListeningAlways();

    /** The VIP may come here from now on. */
    void start();

    /** There is a configuration now, or another one. */
    void onConfiguration();

    /** Whether the peer is to have the VIP. Returns at once; may be said again at any time. */
    void yielding(boolean toPeer);

    /** Whether the peer's claim is noticed here, so that it would be respected. */
    boolean hearsPeer();

    /**
     * Gives the VIP up for good.
     *
     * @param patience for the peer to take it, if it is there
     */
    void end(Duration patience);
}
