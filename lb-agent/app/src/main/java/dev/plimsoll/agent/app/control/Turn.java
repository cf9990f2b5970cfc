package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.protocol.GatewayAddress;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whose turn it is among the gateways. Begins anywhere, so that agents spread over them; stays with
 * the one that serves, and goes on to the next when a dial or a stream has ended.
 */
final class Turn {
    private int place;

    Turn(RandomGenerator random) {
        this.place = random.nextInt(Integer.MAX_VALUE);
    }

    GatewayAddress among(List<GatewayAddress> gateways) {
        return gateways.get(Math.floorMod(place, gateways.size()));
    }

    void pass() {
        place++;
    }
}
