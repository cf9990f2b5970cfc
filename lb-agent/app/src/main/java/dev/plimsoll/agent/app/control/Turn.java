package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.protocol.GatewayAddress;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is among the gateways. Begins anywhere, so that agents spread over them; stays with
 * the one that serves, and goes on to the next when a dial or a stream has ended, whatever became
 * of the others meanwhile.
 */
final class Turn {
    private final RandomGenerator random;
    private @Nullable GatewayAddress present;
    private boolean isOver;

    Turn(RandomGenerator random) {
        this.random = random;
    }

    synchronized GatewayAddress among(List<GatewayAddress> gateways) {
        int place = present == null ? -1 : gateways.indexOf(present);
        if (place < 0) {
            place = random.nextInt(gateways.size());
        } else if (isOver) {
            place = (place + 1) % gateways.size();
        }
        var chosen = gateways.get(place);
        present = chosen;
        isOver = false;
        return chosen;
    }

    synchronized void pass() {
        isOver = true;
    }
}
