package dev.plimsoll.standalone;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What {@code ./plimsoll status} shows, as text or JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StatusReport(
        String data, String driver, List<Service> services, List<LoadBalancer> loadBalancers) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Service(String name, String state, @Nullable Long pid, @Nullable String url) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LoadBalancer(
            String id,
            String projectId,
            String region,
            String name,
            String status,
            @Nullable String externalAddress,
            @Nullable String privateAddress,
            List<Agent> agents) {

        static LoadBalancer from(JsonNode json) {
            var addresses =
                    Stream.of(json.path("externalAddress"), json.path("privateAddress"))
                            .filter(JsonNode::isString)
                            .map(JsonNode::asString)
                            .toList();
            return new LoadBalancer(
                    json.path("id").asString(""),
                    json.path("projectId").asString(""),
                    json.path("region").asString(""),
                    json.path("name").asString(""),
                    json.path("status").asString(""),
                    text(json.path("externalAddress")),
                    text(json.path("privateAddress")),
                    json.path("agents").valueStream().map(a -> Agent.from(a, addresses)).toList());
        }
    }

    /**
     * @param machine id of the machine that the agent runs on
     * @param role ACTIVE, STANDBY or STARTING; UNKNOWN while nobody can be asked
     * @param addresses the VIPs that it answers for, or stands by to
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Agent(
            String machine,
            @Nullable Integer slot,
            @Nullable Long pid,
            String role,
            @Nullable String state,
            @Nullable Boolean connected,
            @Nullable Long appliedGeneration,
            @Nullable String adminAddress,
            List<String> addresses) {

        static Agent from(JsonNode json, List<String> addresses) {
            return new Agent(
                    json.path("machineId").asString(""),
                    json.path("slot").isNumber() ? json.path("slot").asInt() : null,
                    json.path("pid").isNumber() ? json.path("pid").asLong() : null,
                    json.path("role").asString("STARTING"),
                    text(json.path("state")),
                    json.path("connected").isBoolean() ? json.path("connected").asBoolean() : null,
                    json.path("appliedGeneration").isNumber()
                            ? json.path("appliedGeneration").asLong()
                            : null,
                    text(json.path("adminAddress")),
                    addresses);
        }
    }

    static String asText(StatusReport report) {
        var text = new StringBuilder();
        text.append("data    ").append(report.data()).append("\n");
        text.append("driver  ").append(report.driver()).append("\n\n");
        for (var service : report.services()) {
            text.append(
                    "%-14s %-8s %8s  %s%n"
                            .formatted(
                                    service.name(),
                                    service.state().toLowerCase(java.util.Locale.ROOT),
                                    orDash(service.pid()),
                                    service.url() == null ? "" : service.url()));
        }
        for (var lb : report.loadBalancers()) {
            text.append(
                    "%n%s  %s  %s%n"
                            .formatted(
                                    lb.name(),
                                    lb.status(),
                                    Stream.of(lb.externalAddress(), lb.privateAddress())
                                            .filter(java.util.Objects::nonNull)
                                            .toList()));
            for (var agent : lb.agents()) {
                text.append(
                        "  %-9s pid %-8s machine %s%n"
                                .formatted(agent.role(), orDash(agent.pid()), agent.machine()));
            }
        }
        return text.toString();
    }

    private static String orDash(@Nullable Long value) {
        return value == null || value == 0 ? "-" : value.toString();
    }

    private static @Nullable String text(JsonNode json) {
        return json.isString() ? json.asString() : null;
    }
}
