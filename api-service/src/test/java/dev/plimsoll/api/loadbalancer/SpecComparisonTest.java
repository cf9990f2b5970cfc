package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class SpecComparisonTest {
    private static final long SEED = 20_261_121;
    private static final int ROUNDS = 500;
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void equalSpecsAndOnlyThoseHaveNoDifference() {
        var specs = new RandomSpecs(new Random(SEED));
        for (int round = 0; round < ROUNDS; round++) {
            var one = specs.payload("a");
            var other = specs.payload("a");
            assertThat(between(one, one.deepCopy())).isEmpty();
            assertThat(between(one, other).isEmpty())
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(tree(one).equals(tree(other)));
        }
    }

    @Test
    void everyDifferenceOfSpecsThatMayReplaceEachOtherHasARow() {
        var specs = new RandomSpecs(new Random(SEED));
        for (int round = 0; round < ROUNDS; round++) {
            var one = specs.payload("a");
            var other = specs.payload("a");
            for (var fixed : List.of("networks", "disableTargetSecurityGroupAssignment")) {
                one.remove(fixed);
                other.remove(fixed);
            }
            assertThat(between(one, other))
                    .allSatisfy(change ->
                            assertThat(EffectTable.of(change).explanation()).isNotEmpty());
        }
    }

    @Test
    void orderAloneIsOneChangeOfTheList() {
        var from = json("{'targetPools':[{'name':'a'},{'name':'b'},{'name':'c'}]}");
        var to = json("{'targetPools':[{'name':'c'},{'name':'a'},{'name':'b'}]}");
        assertThat(SpecComparison.between(from, to))
                .containsExactly(
                        new Change("/targetPools", json("['a','b','c']"), json("['c','a','b']")));
    }

    @Test
    void movedElementIsComparedWithItself() {
        var from = json("{'targetPools':[{'name':'a','targetPort':1},{'name':'b'}]}");
        var to = json("{'targetPools':[{'name':'b'},{'name':'a','targetPort':2}]}");
        assertThat(SpecComparison.between(from, to))
                .contains(new Change("/targetPools/1/targetPort", json("1"), json("2")))
                .hasSize(2);
    }

    @Test
    void listenersThatShareAPortAreToldApartByTheirDomains() {
        var from = json("{'listeners':[" + tls("a") + "," + tls("b") + "]}");
        var to = json("{'listeners':[" + tls("b") + "]}");
        assertThat(SpecComparison.between(from, to))
                .containsExactly(new Change("/listeners/0", json(tls("a")), null));
        var renamed = json("{'listeners':[" + tls("a") + "," + tls("c") + "]}");
        assertThat(SpecComparison.between(from, renamed))
                .extracting(Change::path)
                .containsExactly("/listeners/1/serverNameIndicators");
    }

    @Test
    void emptyObjectThatComesOrGoesIsAChange() {
        assertThat(SpecComparison.between(json("{}"), json("{'options':{}}")))
                .containsExactly(
                        new Change("/options", null, JsonNodeFactory.instance.objectNode()));
        assertThat(SpecComparison.between(json("{'options':{}}"), json("{}"))).hasSize(1);
    }

    @Test
    void publishedTableIsTheOneThatIsUsed() throws IOException {
        var page = Files.readString(Path.of("../docs/changes.md"));
        var rows =
                EffectTable.rules().stream()
                        .map(rule ->
                                "| %s | %s | `%s` | %s |"
                                        .formatted(
                                                rule.member().isEmpty()
                                                        ? "the load balancer"
                                                        : "`" + rule.member() + "`",
                                                rule.event()
                                                        .name()
                                                        .toLowerCase(Locale.ROOT)
                                                        .replace('_', ' '),
                                                rule.effect(),
                                                rule.explanation()))
                        .toList();
        assertThat(page.lines().filter(line -> line.matches("\\| (`/|the load balancer).*")))
                .containsExactlyElementsOf(rows);
    }

    private static List<Change> between(JsonNode from, JsonNode to) {
        return SpecComparison.between(tree(from), tree(to));
    }

    private static JsonNode tree(JsonNode payload) {
        return SpecJson.tree(SpecJson.read(payload.toString()).completed("p10"));
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    private static String tls(String domain) {
        return "{'port':443,'protocol':'PROTOCOL_TLS_PASSTHROUGH','serverNameIndicators':"
                + "[{'name':'"
                + domain
                + ".example'}]}";
    }
}
