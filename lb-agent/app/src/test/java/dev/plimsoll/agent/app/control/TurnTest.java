package dev.plimsoll.agent.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.GatewayAddress;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TurnTest {
    private static final List<GatewayAddress> THREE =
            List.of(
                    new GatewayAddress("a", 1),
                    new GatewayAddress("b", 1),
                    new GatewayAddress("c", 1));

    @Test
    void everyGatewayHasItsTurn() {
        var turn = new Turn(new SplittableRandom(1));
        var seen = new HashSet<GatewayAddress>();

        for (int i = 0; i < THREE.size(); i++) {
            seen.add(turn.among(THREE));
            turn.pass();
        }

        assertThat(seen).containsExactlyInAnyOrderElementsOf(THREE);
    }

    @Test
    void listThatShrinksStillHasATurn() {
        var turn = new Turn(new SplittableRandom(1));
        turn.pass();

        assertThat(turn.among(THREE.subList(0, 1))).isEqualTo(THREE.getFirst());
    }

    @Test
    void agentsBeginInDifferentPlaces() {
        var random = new SplittableRandom(1);
        var first = new HashSet<GatewayAddress>();

        for (int i = 0; i < 50; i++) {
            first.add(new Turn(random).among(THREE));
        }

        assertThat(first).containsExactlyInAnyOrderElementsOf(THREE);
    }
}
