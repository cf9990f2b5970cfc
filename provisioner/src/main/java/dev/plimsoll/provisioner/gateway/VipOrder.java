package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.GatewayMessage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a machine's row wants its agent to do with the VIP. */
sealed interface VipOrder {
    VipOrder CLAIM = new Claim();
    VipOrder END = new End();

    /** Given through another stream. */
    VipOrder YIELD_OF_BEFORE = new Yield("");

    /** Two agents were active. */
    VipOrder PARTED = new Yield("PARTITION");

    /** What every agent does that was told nothing else. */
    record Claim() implements VipOrder {}

    record Yield(String reason) implements VipOrder {}

    record Drain() implements VipOrder {}

    /** The load balancer is deleted, or the machine is to end for another reason. */
    record End() implements VipOrder {}

    static VipOrder of(String state, boolean mayDrain, @Nullable String yieldReason) {
        if (state.equals("DELETED") || state.equals("DRAINING") && !mayDrain) {
            return END;
        }
        if (state.equals("DRAINING")) {
            return new Drain();
        }
        return yieldReason == null ? CLAIM : new Yield(yieldReason);
    }

    default GatewayMessage message(Duration outlivesStream) {
        return switch (this) {
            case Claim _ -> new GatewayMessage.ClaimVip();
            case Yield(var reason) ->
                    new GatewayMessage.YieldVip(reason, outlivesStream.toMillis());
            case Drain _ -> new GatewayMessage.Drain("the machine has been replaced");
            case End _ -> new GatewayMessage.Retired("the machine is not wanted any more");
        };
    }

    /** Agents of before these orders know only how to end. */
    default boolean isKnownToAll() {
        return this instanceof End;
    }
}
