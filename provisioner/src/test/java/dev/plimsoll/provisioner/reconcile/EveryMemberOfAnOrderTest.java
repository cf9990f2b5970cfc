package dev.plimsoll.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Nothing that a tenant may order is silently ignored: each member is accounted for here. */
class EveryMemberOfAnOrderTest {
    private static final Path SCHEMAS =
            Path.of("../openapi/src/main/resources/openapi/resources/load-balancers/schemas.yaml");
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String ORDER =
            """
            {"externalAddress": "192.0.2.5",
             "listeners": [
               {"displayName": "a", "port": 443, "protocol": "PROTOCOL_TLS_PASSTHROUGH", "targetPool": "web",
                "serverNameIndicators": [{"name": "a.example"}], "tcp": {"idleTimeout": "300s"}},
               {"displayName": "b", "port": 53, "protocol": "PROTOCOL_UDP", "targetPool": "dns",
                "udp": {"idleTimeout": "60s"}}],
             "targetPools": [
               {"name": "web", "targetPort": 8080, "targets": [{"displayName": "t", "ip": "10.0.0.11"}],
                "sessionPersistence": {"useSourceIpAddress": false},
                "activeHealthCheck": {"healthyThreshold": 2, "unhealthyThreshold": 4, "interval": "12s",
                  "intervalJitter": "7s", "timeout": "15s", "altPort": 9000,
                  "httpHealthChecks": {"path": "/up", "okStatuses": ["200"],
                    "tls": {"enabled": true, "skipCertificateValidation": false, "customCa": "QQ=="}}}},
               {"name": "dns", "targetPort": 53, "targets": [{"ip": "10.0.0.12"}]}],
             "options": {"accessControl": {"allowedSourceRanges": ["10.0.0.0/8"]},
               "observability": {
                 "logs": {"credentialsRef": "credentials-11111", "pushUrl": "https://logs.example"},
                 "metrics": {"credentialsRef": "credentials-22222", "pushUrl": "https://metrics.example"}}},
             "labels": {"a": "b"}, "planId": "p10", "disableTargetSecurityGroupAssignment": false,
             "networks": [{"networkId": "2028e5d4-af4f-45e2-98df-502be37a4317",
                           "role": "ROLE_LISTENERS_AND_TARGETS"}]}
            """;

    /** In the agents' document: another value makes another document. */
    private static final List<InDocument> IN_DOCUMENT =
            List.of(
                    new InDocument("externalAddress", "/externalAddress", "\"192.0.2.6\""),
                    new InDocument("listeners.displayName", "/listeners/0/displayName", "\"c\""),
                    new InDocument("listeners.port", "/listeners/0/port", "444"),
                    new InDocument(
                            "listeners.protocol", "/listeners/0/protocol", "\"PROTOCOL_TCP\""),
                    new InDocument("listeners.targetPool", "/listeners/0/targetPool", "\"dns\""),
                    new InDocument(
                            "listeners.serverNameIndicators.name",
                            "/listeners/0/serverNameIndicators/0/name",
                            "\"b.example\""),
                    new InDocument(
                            "listeners.tcp.idleTimeout", "/listeners/0/tcp/idleTimeout", "\"1s\""),
                    new InDocument(
                            "listeners.udp.idleTimeout", "/listeners/1/udp/idleTimeout", "\"1s\""),
                    new InDocument("targetPools.name", "/targetPools/0/name", "\"other\""),
                    new InDocument("targetPools.targetPort", "/targetPools/0/targetPort", "8081"),
                    new InDocument(
                            "targetPools.targets.ip",
                            "/targetPools/0/targets/0/ip",
                            "\"10.0.0.13\""),
                    new InDocument(
                            "targetPools.sessionPersistence.useSourceIpAddress",
                            "/targetPools/0/sessionPersistence/useSourceIpAddress",
                            "true"),
                    check("healthyThreshold", "3"),
                    check("unhealthyThreshold", "3"),
                    check("interval", "\"13s\""),
                    check("intervalJitter", "\"6s\""),
                    check("timeout", "\"14s\""),
                    check("altPort", "9001"),
                    check("httpHealthChecks.path", "\"/down\""),
                    check("httpHealthChecks.okStatuses", "[\"204\"]"),
                    check("httpHealthChecks.tls.enabled", "false"),
                    check("httpHealthChecks.tls.skipCertificateValidation", "true"),
                    check("httpHealthChecks.tls.customCa", "\"Qg==\""),
                    new InDocument("options.ephemeralAddress", "/options/ephemeralAddress", "true"),
                    new InDocument(
                            "options.accessControl.allowedSourceRanges",
                            "/options/accessControl/allowedSourceRanges",
                            "[\"10.0.0.0/9\"]"),
                    push("logs.credentialsRef", "\"credentials-33333\""),
                    push("logs.pushUrl", "\"https://other.example\""),
                    push("metrics.credentialsRef", "\"credentials-33333\""),
                    push("metrics.pushUrl", "\"https://other.example\""));

    /** Of no use to an agent. */
    private static final Map<String, String> ELSEWHERE =
            Map.of(
                    "name", "the load balancer's row; drivers are told it with the order",
                    "version", "compared by the API",
                    "planId", "its row has the maxConnections of the document",
                    "labels", "the tenant's own; drivers are told them with the order",
                    "disableTargetSecurityGroupAssignment", "drivers are told it with the order",
                    "networks.networkId", "drivers so far have one network",
                    "networks.role", "there is one",
                    "options.privateNetworkOnly", "then there is no external address",
                    "targetPools.targets.displayName", "the tenant's own");

    @Test
    void everyMemberOfTheContractIsAccountedFor() throws IOException {
        var accounted =
                Stream.concat(
                                IN_DOCUMENT.stream().map(InDocument::member),
                                ELSEWHERE.keySet().stream())
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(members()).isEqualTo(accounted);
    }

    @ParameterizedTest
    @MethodSource("inDocument")
    void anotherValueMakesAnotherDocument(InDocument member) {
        var changed = (ObjectNode) JSON.readTree(ORDER);

        member.change(changed);

        assertThat(document(changed)).isNotEqualTo(document(JSON.readTree(ORDER)));
    }

    static List<InDocument> inDocument() {
        return IN_DOCUMENT;
    }

    private static InDocument check(String member, String value) {
        return new InDocument(
                "targetPools.activeHealthCheck." + member,
                "/targetPools/0/activeHealthCheck/" + member.replace('.', '/'),
                value);
    }

    private static InDocument push(String member, String value) {
        return new InDocument(
                "options.observability." + member,
                "/options/observability/" + member.replace('.', '/'),
                value);
    }

    private static String document(JsonNode order) {
        var desired = Scene.wanting(1, order.toString());
        var vips = ServicePlan.vips(desired.spec(), new Scene().allocated().seen()).orElseThrow();
        return ConfigDocument.of(ConfigCompiler.compile(desired, vips, 1));
    }

    /** Those that can be written, down to the leaves. */
    private static Set<String> members() throws IOException {
        Map<String, Object> schemas = new Yaml().load(Files.readString(SCHEMAS));
        var found = new TreeSet<String>();
        collect(schemas, "CreateLoadBalancerPayload", "", found);
        return found;
    }

    private static void collect(
            Map<String, Object> schemas, String schema, String prefix, Set<String> into) {
        var properties = map(map(schemas.get(schema)).get("properties"));
        properties.forEach((name, given) -> {
            var property = map(given);
            if (Boolean.TRUE.equals(property.get("readOnly"))) {
                return;
            }
            var items = property.containsKey("items") ? map(property.get("items")) : property;
            if (items.get("$ref") instanceof String reference) {
                collect(
                        schemas,
                        reference.substring(reference.lastIndexOf('/') + 1),
                        prefix + name + ".",
                        into);
            } else {
                into.add(prefix + name);
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private record InDocument(String member, String pointer, String value) {
        void change(ObjectNode order) {
            var at = JsonPointer.compile(pointer);
            var parent = order.at(at.head());
            var name = at.last().getMatchingProperty();
            if (parent instanceof ArrayNode array) {
                array.set(Integer.parseInt(name), JSON.readTree(value));
            } else {
                ((ObjectNode) parent).set(name, JSON.readTree(value));
            }
        }

        @Override
        public String toString() {
            return member;
        }
    }
}
