package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What was written is what is read, in every detail; writing it back changes nothing. */
class EchoStabilityTest extends ApiTest {
    private static final int ROUNDS = 300;
    private static final long SEED = 20_260_101;
    private static final String[] AT_ONCE = {"Prefer", "wait=0"};

    @Test
    void whatWasWrittenIsReadAndWritingItBackChangesNothing() {
        var specs = new RandomSpecs(new Random(SEED));
        for (int round = 0; round < ROUNDS; round++) {
            var name = "lb-" + round;
            var payload = specs.payload(name);
            var created = api.create(payload).isOk();
            echoes(payload, created.json());
            var path = "load-balancers/" + name;
            var read = api.get(path).isOk();
            assertThat(read.json()).isEqualTo(created.json());
            var again = api.put(path, read.text(), AT_ONCE).isOk();
            assertThat(again.version()).as("no-op: " + payload).isEqualTo(created.version());

            var change = change(specs.payload(name), payload, again.version());
            var changed = api.put(path, change, AT_ONCE).isOk();
            echoes(change.without("version").json(), changed.json());
            assertThat(api.get(path).json()).isEqualTo(changed.json());
        }
    }

    /** Another spec that keeps what cannot change. */
    private static Payload change(ObjectNode other, JsonNode payload, String version) {
        other.remove("externalAddress");
        other.remove("disableTargetSecurityGroupAssignment");
        for (var member : new String[] {"networks", "externalAddress"}) {
            if (payload.has(member)) {
                other.set(member, payload.path(member));
            }
        }
        var options = (ObjectNode) other.path("options");
        for (var kind : new String[] {"ephemeralAddress", "privateNetworkOnly"}) {
            options.remove(kind);
            if (payload.path("options").has(kind)) {
                options.set(kind, payload.path("options").path(kind));
            }
        }
        return Payload.of(other).at(version);
    }

    private static void echoes(JsonNode sent, JsonNode answered) {
        switch (sent) {
            case ObjectNode object ->
                    object.forEachEntry((member, value) -> echoes(value, answered.path(member)));
            case tools.jackson.databind.node.ArrayNode array -> {
                assertThat(answered.size()).as("%s in %s", sent, answered).isEqualTo(array.size());
                for (int i = 0; i < array.size(); i++) {
                    echoes(array.path(i), answered.path(i));
                }
            }
            default -> assertThat(answered).isEqualTo(sent);
        }
    }
}
