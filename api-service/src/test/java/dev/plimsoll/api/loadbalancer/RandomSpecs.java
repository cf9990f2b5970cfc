package dev.plimsoll.api.loadbalancer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Valid payloads of every shape; the same ones for the same seed. */
final class RandomSpecs {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> PLANS = List.of("p10", "p50", "p250", "p750", "p1500");

    private final RandomGenerator random;
    private final List<String> credentials;

    /**
     * @param credentials references that exist; where there are none, nothing is observed
     */
    RandomSpecs(RandomGenerator random, String... credentials) {
        this.random = random;
        this.credentials = List.of(credentials);
    }

    ObjectNode payload(String name) {
        var node = JSON.createObjectNode().put("name", name);
        options(node);
        sometimes(() -> node.put("planId", one(PLANS)));
        sometimes(() -> node.put("disableTargetSecurityGroupAssignment", random.nextBoolean()));
        node.putArray("networks")
                .addObject()
                .put("networkId", new UUID(random.nextLong(), random.nextLong()).toString())
                .put("role", "ROLE_LISTENERS_AND_TARGETS");
        labels(node);
        listeners(node, pools(node));
        return node;
    }

    private void options(ObjectNode node) {
        var options = JSON.createObjectNode();
        switch (random.nextInt(3)) {
            case 0 -> {
                node.put("externalAddress", address());
                sometimes(() -> options.put("ephemeralAddress", false));
                sometimes(() -> options.put("privateNetworkOnly", false));
            }
            case 1 -> {
                options.put("ephemeralAddress", true);
                sometimes(() -> options.put("privateNetworkOnly", false));
            }
            default -> {
                options.put("privateNetworkOnly", true);
                sometimes(() -> options.put("ephemeralAddress", false));
            }
        }
        sometimes(() -> accessControl(options.putObject("accessControl")));
        if (!credentials.isEmpty()) {
            sometimes(() -> observability(options.putObject("observability")));
        }
        if (!options.isEmpty() || random.nextBoolean()) {
            node.set("options", options);
        }
    }

    private void accessControl(ObjectNode control) {
        if (random.nextInt(4) == 0) {
            return;
        }
        var ranges = control.putArray("allowedSourceRanges");
        times(
                3,
                _ ->
                        ranges.add(
                                random.nextInt(3) == 0
                                        ? "2001:DB8::"
                                                + random.nextInt(10_000)
                                                + "/"
                                                + random.nextInt(129)
                                        : address() + "/" + random.nextInt(33)));
    }

    private void observability(ObjectNode observability) {
        for (var kind : List.of("logs", "metrics")) {
            sometimes(() ->
                    observability
                            .putObject(kind)
                            .put("credentialsRef", one(credentials))
                            .put("pushUrl", "https://push.example/" + word() + "?a=b"));
        }
        if (observability.isEmpty()) {
            observability.putObject("logs").put("credentialsRef", "").put("pushUrl", "");
        }
    }

    private void labels(ObjectNode node) {
        sometimes(() -> {
            var labels = node.putObject("labels");
            times(
                    5,
                    i ->
                            labels.put(
                                    "k." + word() + i,
                                    random.nextBoolean() ? "" : word() + "_" + word()));
        });
    }

    private List<String> pools(ObjectNode node) {
        var names = new ArrayList<String>();
        var pools = node.putArray("targetPools");
        times(
                4,
                i -> {
                    var name = word() + "-" + i;
                    names.add(name);
                    var pool = pools.addObject().put("name", name).put("targetPort", port());
                    targets(pool.putArray("targets"));
                    sometimes(() -> {
                        var persistence = pool.putObject("sessionPersistence");
                        sometimes(
                                () -> persistence.put("useSourceIpAddress", random.nextBoolean()));
                    });
                    sometimes(() -> healthCheck(pool.putObject("activeHealthCheck")));
                });
        return names;
    }

    private void targets(ArrayNode targets) {
        Set<String> seen = new HashSet<>();
        times(
                6,
                _ -> {
                    var ip = address();
                    if (seen.add(ip)) {
                        var target = targets.addObject().put("ip", ip);
                        sometimes(() -> target.put("displayName", "T-" + word()));
                    }
                });
    }

    private void healthCheck(ObjectNode check) {
        sometimes(() -> check.put("healthyThreshold", 1 + random.nextInt(1_000_000)));
        sometimes(() -> check.put("unhealthyThreshold", 1 + random.nextInt(10)));
        sometimes(() -> check.put("interval", duration(100)));
        sometimes(() -> check.put("timeout", duration(100)));
        sometimes(() -> check.put("intervalJitter", random.nextBoolean() ? "0s" : duration(50)));
        sometimes(() -> check.put("altPort", port()));
        sometimes(() -> http(check.putObject("httpHealthChecks")));
    }

    private void http(ObjectNode http) {
        sometimes(() -> http.put("path", "/" + word() + "?q=" + word()));
        sometimes(() -> {
            var statuses = http.putArray("okStatuses");
            times(3, i -> statuses.add("" + (200 + 30 * i + random.nextInt(30))));
        });
        sometimes(() -> tls(http.putObject("tls")));
    }

    private void tls(ObjectNode tls) {
        switch (random.nextInt(4)) {
            case 0 -> tls.put("enabled", false);
            case 1 -> tls.put("enabled", true).put("skipCertificateValidation", true);
            case 2 -> tls.put("enabled", true).put("customCa", Certificates.CA);
            default ->
                    tls.put("enabled", true)
                            .put("skipCertificateValidation", false)
                            .put("customCa", Certificates.CA);
        }
    }

    private void listeners(ObjectNode node, List<String> pools) {
        var listeners = node.putArray("listeners");
        int first = 1 + random.nextInt(60_000);
        times(
                6,
                i -> {
                    switch (random.nextInt(5)) {
                        case 0 -> idle(listener(listeners, first + i, "UDP", pools), "udp", 120);
                        case 1 ->
                                idle(
                                        listener(listeners, first + i, "TCP_PROXY", pools),
                                        "tcp",
                                        3600);
                        case 2 -> idle(tls(listeners, first + i, pools), "tcp", 3600);
                        case 3 -> shared(listeners, first + i, pools);
                        default -> {
                            idle(listener(listeners, first + i, "TCP", pools), "tcp", 3600);
                            sometimes(() -> listener(listeners, first + i, "UDP", pools));
                        }
                    }
                });
    }

    /** Three on one port: two by domain, one for all others; of equal options. */
    private void shared(ArrayNode listeners, int port, List<String> pools) {
        var options = JSON.createObjectNode();
        sometimes(() -> options.put("idleTimeout", duration(3600)));
        for (var domain : List.of("a", "b", "")) {
            var listener = listener(listeners, port, "TLS_PASSTHROUGH", pools);
            listener.set("tcp", options.deepCopy());
            if (!domain.isEmpty()) {
                listener.putArray("serverNameIndicators")
                        .addObject()
                        .put("name", domain + "." + word() + ".example");
            }
        }
    }

    private ObjectNode tls(ArrayNode listeners, int port, List<String> pools) {
        var listener = listener(listeners, port, "TLS_PASSTHROUGH", pools);
        sometimes(() -> {
            var names = listener.putArray("serverNameIndicators");
            names.addObject().put("name", word() + ".Example.com");
            names.addObject().put("name", "*." + word() + ".example.org");
        });
        return listener;
    }

    private ObjectNode listener(
            ArrayNode listeners, int port, String protocol, List<String> pools) {
        var listener =
                listeners
                        .addObject()
                        .put("port", port)
                        .put("protocol", "PROTOCOL_" + protocol)
                        .put("targetPool", one(pools));
        sometimes(() -> listener.put("displayName", "Ünï " + word() + " 🚢"));
        return listener;
    }

    private void idle(ObjectNode listener, String transport, int most) {
        sometimes(() -> {
            var options = listener.putObject(transport);
            sometimes(() -> options.put("idleTimeout", duration(most)));
        });
    }

    /** Spelled in one of several ways: whole, with a fraction, with zeros at the end. */
    private String duration(int below) {
        int whole = 1 + random.nextInt(below - 1);
        return switch (random.nextInt(3)) {
            case 0 -> whole + "s";
            case 1 -> whole - 1 + "." + (1 + random.nextInt(9)) + "s";
            default -> whole - 1 + ".500s";
        };
    }

    private int port() {
        return 1 + random.nextInt(65_535);
    }

    private String address() {
        return "10." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256);
    }

    private String word() {
        return Integer.toString(36 * 36 + random.nextInt(1_000_000), 36);
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void sometimes(Runnable action) {
        if (random.nextBoolean()) {
            action.run();
        }
    }

    /** From once to {@code most} times. */
    private void times(int most, Consumer<Integer> action) {
        int times = 1 + random.nextInt(most);
        for (int i = 0; i < times; i++) {
            action.accept(i);
        }
    }
}
