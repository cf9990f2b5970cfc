package dev.plimsoll.agent.app;

import dev.plimsoll.agent.app.AgentMeters.YieldEnd;
import dev.plimsoll.agent.app.vip.VipClaim;
import dev.plimsoll.agent.protocol.GatewayMessage.YieldVip;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order to leave the VIP to the peer, as long as it stands: until it is taken back, or nothing
 * was heard for too long of whoever gave it. Used by the agent's control thread only.
 */
final class Yielding {
    private static final Logger log = LoggerFactory.getLogger(Yielding.class);

    private final VipClaim vip;
    private final AgentMeters meters;
    private @Nullable YieldVip order;
    private boolean isHeard;
    private long silentSinceNanos;

    Yielding(VipClaim vip, AgentMeters meters) {
        this.vip = vip;
        this.meters = meters;
    }

    void begin(YieldVip next) {
        if (order == null) {
            meters.yieldBegun();
            log.atInfo().addKeyValue("reason", next.reason()).log("Leaving the VIP to the peer");
        }
        order = next;
        vip.yielding(true);
    }

    void end(YieldEnd cause) {
        if (order != null) {
            order = null;
            meters.yieldEnded(cause);
            log.atInfo().addKeyValue("cause", cause).log("Claiming the VIP again");
            vip.yielding(false);
        }
    }

    boolean isOrdered() {
        return order != null;
    }

    void onStream(boolean isOpen) {
        isHeard = isOpen;
        silentSinceNanos = System.nanoTime();
    }

    /** Called every second. */
    void tick() {
        var present = order;
        if (present != null && !isHeard && isOutlived(present)) {
            end(YieldEnd.STREAM_GONE);
        }
    }

    /** Whether whoever gave the order is to know that the peer is there. */
    boolean isPeerHeard() {
        return order != null && vip.hearsPeer();
    }

    private boolean isOutlived(YieldVip present) {
        var silence = System.nanoTime() - silentSinceNanos;
        return silence > TimeUnit.MILLISECONDS.toNanos(present.outlivesStreamMillis());
    }
}
