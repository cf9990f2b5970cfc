package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Contract;
import dev.plimsoll.api.support.InParallel;
import dev.plimsoll.api.support.Payload;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was written is what is read, in every detail; writing it back changes nothing. */
class EchoStabilityTest extends ApiTest {
    private static final int ROUNDS = 2000;
    private static final int CLIENTS = 8;
    private static final long SEED = Long.getLong("plimsoll.test.seed", 20_260_101);
    private static final String[] AT_ONCE = {"Prefer", "wait=0"};

    @Test
    void whatWasWrittenIsReadAndWritingItBackChangesNothing() {
        var specs = new RandomSpecs(new Random(SEED), credentials("a"), credentials("b"));
        var rounds = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < ROUNDS; i++) {
            var name = "lb-" + i;
            var payload = specs.payload(name);
            var other = specs.payload(name);
            rounds.add(() -> check(name, payload, other));
        }
        assertThat(InParallel.run(CLIENTS, rounds)).hasSize(ROUNDS);
    }

    private boolean check(String name, ObjectNode payload, ObjectNode other) {
        try {
            var path = "load-balancers/" + name;
            var created = api.create(payload).isOk();
            echoes(payload, created.json());
            var read = api.get(path).isOk();
            assertThat(read.json()).isEqualTo(created.json());
            var before = footprint(name);
            var again = api.put(path, read.text(), AT_ONCE).isOk();
            assertThat(again.json()).isEqualTo(read.json());
            assertThat(footprint(name)).isEqualTo(before);

            var change = change(other, payload, again.version());
            var changed = api.put(path, change, AT_ONCE).isOk();
            echoes(change.without("version").json(), changed.json());
            assertThat(api.get(path).json()).isEqualTo(changed.json());
            return true;
        } catch (AssertionError e) {
            throw new AssertionError(
                    "-Dplimsoll.test.seed=" + SEED + " " + name + " " + payload, e);
        }
    }

    /** Another spec that keeps what cannot change. */
    private static Payload change(ObjectNode other, JsonNode payload, String version) {
        other.remove("externalAddress");
        other.remove("disableTargetSecurityGroupAssignment");
        for (var member : List.of("networks", "externalAddress")) {
            if (payload.has(member)) {
                other.set(member, payload.path(member));
            }
        }
        var options = other.withObjectProperty("options");
        for (var kind : List.of("ephemeralAddress", "privateNetworkOnly")) {
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
                    object.forEachEntry((member, value) -> {
                        // References and URLs that are empty stand for none.
                        if (!(member.equals("observability") && isBlank(value))) {
                            echoes(value, answered.path(member));
                        }
                    });
            case ArrayNode array -> {
                assertThat(answered.size()).as("%s in %s", sent, answered).isEqualTo(array.size());
                for (int i = 0; i < array.size(); i++) {
                    echoes(array.path(i), answered.path(i));
                }
            }
            default -> assertThat(answered).isEqualTo(sent);
        }
    }

    private static boolean isBlank(JsonNode node) {
        return node.isContainer()
                ? node.valueStream().allMatch(EchoStabilityTest::isBlank)
                : node.asString("").isEmpty();
    }

    /** Everything that a write leaves. */
    private Map<String, Object> footprint(String name) {
        return jdbc.sql(
                        """
                        SELECT lb.generation, w.change,
                               (SELECT count(*) FROM load_balancer_revision r
                                WHERE r.load_balancer_id = lb.id) AS revisions,
                               (SELECT count(*) FROM event e
                                WHERE e.load_balancer_id = lb.id) AS events,
                               (SELECT count(*) FROM audit_entry a
                                WHERE a.project_id = lb.project_id
                                  AND a.resource LIKE '%/' || lb.name) AS audited
                        FROM load_balancer lb JOIN work_item w ON w.load_balancer_id = lb.id
                        WHERE lb.project_id = ? AND lb.name = ?
                        """)
                .param(project.projectId())
                .param(name)
                .query()
                .singleRow();
    }

    @Test
    void generatorReachesEveryMemberThatCanBeWritten() {
        var specs = new RandomSpecs(new Random(SEED), "credentials-a");
        var seen = new HashSet<String>();
        for (int i = 0; i < ROUNDS; i++) {
            collect("", specs.payload("lb"), seen);
        }
        var members = new HashSet<String>();
        var document = new Contract().document();
        members(document, "CreateLoadBalancerPayload", "", members);
        members.removeAll(Set.of("/version", "/listeners/name", "/labels"));
        assertThat(seen).containsAll(members);
        for (var protocol : List.of("TCP", "UDP", "TCP_PROXY", "TLS_PASSTHROUGH")) {
            assertThat(seen).contains("/listeners/protocol=PROTOCOL_" + protocol);
        }
    }

    private static void collect(String path, JsonNode node, Set<String> into) {
        switch (node) {
            case ObjectNode object ->
                    object.forEachEntry(
                            (member, value) -> collect(path + "/" + member, value, into));
            case ArrayNode array -> array.forEach(element -> collect(path, element, into));
            default -> {
                into.add(path);
                into.add(path + "=" + node.asString());
            }
        }
    }

    /** The leaves of a schema, besides those that are read only. */
    private static void members(JsonNode document, String schema, String path, Set<String> into) {
        var properties = document.at("/components/schemas/" + schema + "/properties");
        properties.forEachEntry((member, property) -> {
            if (property.path("readOnly").asBoolean(false)) {
                return;
            }
            var items = property.has("items") ? property.path("items") : property;
            var all = items.has("allOf") ? items.at("/allOf/0") : items;
            var reference = all.path("$ref").asString("");
            if (reference.isEmpty()) {
                into.add(path + "/" + member);
            } else {
                var name = reference.substring(reference.lastIndexOf('/') + 1);
                members(document, name, path + "/" + member, into);
            }
        });
    }

    private String credentials(String name) {
        return api.post(
                        "credentials",
                        """
                        {"displayName": "%s", "username": "u", "password": "p"}
                        """
                                .formatted(name))
                .isOk()
                .string("/credential/credentialsRef");
    }
}
