package dev.plimsoll.api.support;

import dev.plimsoll.api.tenancy.FirstProject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * Makes what the path of an operation names, out of the contract's own examples: among these, any
 * operation can be tried as the contract shows it. Everything is made once, for one test.
 */
public final class Surroundings {
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
    private static final AtomicInteger REGIONS = new AtomicInteger();
    private static final String NETWORK = "2028e5d4-af4f-45e2-98df-502be37a4317";
    private static final String PLAN = "p100";

    /** What is listed where no path below the list names it. */
    private static final Map<String, String> ENTRIES =
            Map.ofEntries(
                    Map.entry("/.well-known/jwks.json", "keyId"),
                    Map.entry("/admin/v1/audit", "name"),
                    Map.entry("/admin/v1/audit:verify", "name"),
                    Map.entry("/admin/v1/certificate-authorities", "rotation"),
                    Map.entry("/admin/v1/leases", "name"),
                    Map.entry("/admin/v1/load-balancers", "name"),
                    Map.entry("/v2/projects/{projectId}/audit", "name"),
                    Map.entry("/v2/projects/{projectId}/events", "name"),
                    Map.entry(
                            "/v2/projects/{projectId}/regions/{region}/usage", "usedLoadBalancer"),
                    Map.entry(
                            "/v2/projects/{projectId}/regions/{region}/usage/summary",
                            "usedLoadBalancer"),
                    Map.entry(
                            "/v2/projects/{projectId}/regions/{region}/usage/forecast",
                            "usedLoadBalancer"));

    private final FirstProject project;
    private final ApiClient api;
    private final ApiClient operator;
    private final ApiClient nobody;
    private final ObservedWorld world;
    private final JdbcClient jdbc;
    private final Map<String, String> made = new HashMap<>();

    public Surroundings(URI base, FirstProject project, ObservedWorld world, JdbcClient jdbc) {
        this.project = project;
        this.api = new ApiClient(base, project.projectId(), project.adminToken());
        this.operator = new ApiClient(base, project.projectId(), project.operatorToken());
        this.nobody = new ApiClient(base, project.projectId(), "");
        this.world = world;
        this.jdbc = jdbc;
    }

    /** Who may. */
    public ApiClient client(Operation operation) {
        if (operation.isOpenToEveryone()) {
            return nobody;
        }
        return operation.path().startsWith("/admin/") ? operator : api;
    }

    /** The operation's path. All that it names is there, and lists have an entry. */
    public String path(Operation operation) {
        PARAMETER.matcher(operation.path()).results().forEach(it -> make(it.group(1), operation));
        if (operation.isRead()) {
            makeAnEntry(operation);
        }
        return PARAMETER.matcher(operation.path()).replaceAll(it -> made.get(it.group(1)));
    }

    private void makeAnEntry(Operation list) {
        if (ENTRIES.containsKey(list.path())) {
            make(ENTRIES.get(list.path()), list);
        }
        Operation.all()
                .filter(it -> !it.mayMake())
                .filter(it -> it.path().matches(Pattern.quote(list.path()) + "/\\{\\w+}"))
                .findFirst()
                .ifPresent(this::path);
    }

    /**
     * The example, ready to be sent: a version is the one that there is, and what there can be once
     * only in the whole installation, for all tests, gets a place of its own.
     *
     * @param example null for no body
     */
    public String body(Operation operation, JsonNode example) {
        return example == null ? null : adapted(operation, example).toString();
    }

    private Object adapted(Operation operation, JsonNode example) {
        var body = Payload.of(example);
        return switch (operation.id()) {
            case "UpdateLoadBalancer", "RestoreRevision" -> body.at(currentVersion(operation));
            case "AdminCreateProject" ->
                    example.has("projectId")
                            ? body.with("/projectId", quoted(UUID.randomUUID()))
                            : body;
            case "AdminCreateRegion" -> body.with("/region", quoted(freeRegion()));
            case "AdminCreatePriceList" ->
                    body.with("/region", quoted(regionLike(example.path("region").asString())));
            default -> body;
        };
    }

    private String currentVersion(Operation operation) {
        make("name", operation);
        return api.get("load-balancers/" + made.get("name")).isOk().version();
    }

    private static String quoted(Object value) {
        return "\"" + value + '"';
    }

    private void make(String parameter, Operation operation) {
        if (!made.containsKey(parameter)) {
            made.put(parameter, value(parameter, operation));
        }
    }

    private String value(String parameter, Operation operation) {
        return switch (parameter) {
            case "projectId" -> project.projectId().toString();
            case "region" -> region(operation);
            case "name" -> loadBalancer();
            case "usedLoadBalancer" -> usedLoadBalancer();
            case "targetPoolName" -> "web";
            case "ip" -> {
                make("name", operation);
                yield target("/targets/0/ip");
            }
            case "ruleName" -> answerOf("CreateForwardingRule", "/name");
            case "revision" -> revision(operation);
            case "credentialsRef" -> answerOf("CreateCredentials", "/credential/credentialsRef");
            case "networkId" ->
                    operation.mayMake() ? NETWORK : answerOf("PutNetwork", "/networkId");
            case "planId" -> operation.mayMake() ? PLAN : answerOf("AdminSetPlan", "/planId");
            case "priceListId" -> answerOf("AdminCreatePriceList", "/priceListId");
            case "tokenId" ->
                    answerOf(
                            isOfProject(operation) ? "CreateToken" : "CreateOperatorToken",
                            "/token/id");
            case "serviceAccountId" -> answerOf("CreateServiceAccount", "/id");
            case "keyId" ->
                    answerOf(
                            isOfProject(operation) ? "CreateServiceAccountKey" : "RotateSigningKey",
                            "/id");
            case "connectionId" -> "6f1c2a7e-93b4-8d05-8000-00f3a1b2c3d4";
            case "rotation" -> world.rotation();
            case "machineId" -> {
                make("name", operation);
                yield world.machine(loadBalancerId(), 0).toString();
            }
            default ->
                    throw new IllegalArgumentException(
                            "Nothing makes the " + parameter + " of " + operation);
        };
    }

    private static boolean isOfProject(Operation operation) {
        return operation.path().contains("{projectId}");
    }

    /** Sends the operation's first example. */
    private String answerOf(String operationId, String pointer) {
        var operation = Operation.called(operationId);
        var path = path(operation);
        var body = body(operation, operation.firstBody());
        var answer = client(operation).send(operation.method(), path, body, "Prefer", "wait=0");
        return answer.isOk().string(pointer);
    }

    private String region(Operation operation) {
        if (operation.path().startsWith("/admin/v1/regions/")) {
            return newRegion();
        }
        if (operation.id().equals("AdminResetQuota")) {
            return answerOf("AdminSetQuota", "/region");
        }
        return "eu01";
    }

    private String newRegion() {
        return answerOf("AdminCreateRegion", "/region");
    }

    private static String freeRegion() {
        int number = REGIONS.getAndIncrement();
        return "ex%c%02d".formatted('a' + number / 100, number % 100);
    }

    /** With the same plans. */
    private String regionLike(String other) {
        var region = newRegion();
        jdbc.sql(
                        """
                        INSERT INTO plan (region_id, id, name, description, flavor_name,
                                          max_connections)
                        SELECT ?, id, name, description, flavor_name, max_connections
                        FROM plan WHERE region_id = ?
                        """)
                .param(region)
                .param(other)
                .update();
        return region;
    }

    /** Served by two agents, and being worked on. */
    private String loadBalancer() {
        var name = answerOf("CreateLoadBalancer", "/name");
        var id = world.id(project.projectId(), name);
        world.hasAddress(id, "PRIVATE", "10.0.0.7");
        world.hasAddress(id, "EPHEMERAL", "203.0.113.9");
        var active = world.hasAgent(id, 0, "ACTIVE", 4242);
        world.beats(active);
        world.hasMoved(id, world.hasAgent(id, 1, "STANDBY", 4243), active);
        long slot = Instant.now().getEpochSecond() / 5;
        world.carries(active, slot - 3, true, "{\"connections\": 12}");
        world.carries(active, slot - 5, true, "{\"connections\": 14, \"rejectedLimit\": 1}");
        world.serves(id);
        world.isWorkedOn(id);
        world.happens(id, "FAILOVER", "The standby took over");
        world.sees(active, "web", target("/targets/0/ip"), "UNHEALTHY", "REFUSED", Duration.ZERO);
        return name;
    }

    /** For longer than a month. */
    private String usedLoadBalancer() {
        var past = new Past(jdbc, project.projectId());
        var begin = Instant.now().minus(Duration.ofDays(40));
        var id = past.orders("eu01", "used", "p10", begin, Map.of("team", "shop"));
        past.becomesReady(id, begin);
        return "used";
    }

    /** What agents answer of a target as it is ordered. */
    public static String healthReported() {
        return """
        {"activeConnections": 12, "connectionLimit": 250,
         "targets": [{"targetPool": "web", "ip": "%s", "port": %s, "connections": 3,
                      "recent": [{"atEpochMillis": 1767225600000, "millis": 0, "reason": "REFUSED",
                                  "phase": "CONNECT", "errno": 111}]}]}
        """
                .formatted(target("/targets/0/ip"), target("/targetPort"));
    }

    /** What agents answer of their connections: of one that has ended, and of one refused. */
    public static String connectionsListed() {
        return """
        {"connections": [
           {"id": "6f1c2a7e-93b4-8d05-8000-00f3a1b2c3d4", "outcome": "CLOSED", "protocol": "TCP",
            "listener": "http", "port": 80, "client": "192.0.2.7", "clientPort": 50412,
            "targetPool": "web", "target": "%1$s", "targetPort": %2$s,
            "acceptedEpochMillis": 1772366400000, "connectedEpochMillis": 1772366400001,
            "endedEpochMillis": 1772366403250, "connectMicros": 412, "tries": 1,
            "bytesToTarget": 517, "bytesToClient": 30112, "closedBy": "CLIENT", "cause": "FIN",
            "generation": 3, "sampledOneIn": 1},
           {"id": "6f1c2a7e-93b4-8d05-8000-00f3a1b2c3c0", "outcome": "REFUSED", "protocol": "TCP",
            "listener": "http", "port": 80, "client": "198.51.100.3", "clientPort": 40001,
            "targetPool": "web", "acceptedEpochMillis": 1772366399000,
            "endedEpochMillis": 1772366399000, "tries": 0, "bytesToTarget": 0, "bytesToClient": 0,
            "closedBy": "AGENT", "cause": "SOURCE_RANGE", "generation": 3, "sampledOneIn": 1}],
         "total": 2, "sampledOneIn": 1, "kept": 10000, "isBusy": false}
        """
                .formatted(target("/targets/0/ip"), target("/targetPort"));
    }

    /** What agents answer of everything that the contract's examples would change. */
    public static String rehearsed() {
        return """
        {"isBusy": false, "generation": "GENERATION", "established": 12, "connectionCeiling": 5000,
         "sourcePorts": 28232, "headers": [], "effects": [
           {"path": "", "event": "REMOVED", "fate": "CLOSES", "connections": 12},
           {"path": "/maxConnections", "event": "CHANGED", "fate": "NEW_ONLY", "connections": 0},
           {"path": "/listeners/1", "event": "ADDED", "fate": "NEW_ONLY", "connections": 0},
           {"path": "/listeners/1", "event": "REMOVED", "fate": "DRAINS", "connections": 3},
           {"path": "/listeners/1/protocol", "event": "CHANGED", "fate": "NEW_ONLY", "connections": 3},
           {"path": "/targetPools/1", "event": "ADDED", "fate": "NEW_ONLY", "connections": 0},
           {"path": "/targetPools/1", "event": "REMOVED", "fate": "DRAINS", "connections": 3},
           {"path": "/targetPools/0/healthCheck", "event": "CHANGED", "fate": "NEW_ONLY", "connections": 3},
           {"path": "/targetPools/0/targets/1", "event": "ADDED", "fate": "NEW_ONLY", "connections": 0},
           {"path": "/targetPools/0/targets/1", "event": "REMOVED", "fate": "DRAINS", "connections": 3},
           {"path": "/targetPools/1/targets/1", "event": "REMOVED", "fate": "DRAINS", "connections": 3}]}
        """;
    }

    private static String target(String pointer) {
        var order = Operation.called("CreateLoadBalancer").firstBody();
        return order.at("/targetPools/0" + pointer).asString();
    }

    /** The first of two. */
    private String revision(Operation operation) {
        make("name", operation);
        answerOf("UpdateLoadBalancer", "/name");
        return "1";
    }

    private UUID loadBalancerId() {
        return world.id(project.projectId(), made.get("name"));
    }
}
