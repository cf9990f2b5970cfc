package dev.plimsoll.api.loadbalancer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Valid payloads of every shape; the same ones for the same seed. */
final class RandomSpecs {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RandomGenerator random;

    RandomSpecs(RandomGenerator random) {
        this.random = random;
    }

    ObjectNode payload(String name) {
        var node = JSON.createObjectNode().put("name", name);
        var options = node.putObject("options");
        switch (random.nextInt(3)) {
            case 0 -> node.put("externalAddress", address());
            case 1 -> options.put("ephemeralAddress", true);
            default -> options.put("privateNetworkOnly", true);
        }
        if (random.nextInt(3) == 0) {
            var ranges = options.putObject("accessControl").putArray("allowedSourceRanges");
            for (int i = 0; i <= random.nextInt(3); i++) {
                ranges.add(address() + "/" + random.nextInt(33));
            }
        }
        if (random.nextBoolean()) {
            node.put(
                    "planId",
                    List.of("p10", "p50", "p250", "p750", "p1500").get(random.nextInt(5)));
        }
        if (random.nextBoolean()) {
            node.put("disableTargetSecurityGroupAssignment", random.nextBoolean());
        }
        node.putArray("networks")
                .addObject()
                .put(
                        "networkId",
                        new java.util.UUID(random.nextLong(), random.nextLong()).toString())
                .put("role", "ROLE_LISTENERS_AND_TARGETS");
        labels(node);
        var pools = pools(node);
        listeners(node, pools);
        return node;
    }

    private void labels(ObjectNode node) {
        if (random.nextBoolean()) {
            var labels = node.putObject("labels");
            for (int i = 0; i <= random.nextInt(5); i++) {
                labels.put("k." + word() + i, random.nextBoolean() ? "" : word() + "_" + word());
            }
        }
    }

    private List<String> pools(ObjectNode node) {
        var names = new ArrayList<String>();
        var pools = node.putArray("targetPools");
        for (int i = 0; i <= random.nextInt(4); i++) {
            var name = word() + "-" + i;
            names.add(name);
            var pool = pools.addObject().put("name", name).put("targetPort", port());
            targets(pool);
            if (random.nextInt(3) == 0) {
                pool.putObject("sessionPersistence")
                        .put("useSourceIpAddress", random.nextBoolean());
            }
            if (random.nextInt(2) == 0) {
                healthCheck(pool.putObject("activeHealthCheck"));
            }
        }
        return names;
    }

    private void targets(ObjectNode pool) {
        var targets = pool.putArray("targets");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i <= random.nextInt(6); i++) {
            var ip = address();
            if (seen.add(ip)) {
                var target = targets.addObject().put("ip", ip);
                if (random.nextBoolean()) {
                    target.put("displayName", "T-" + word());
                }
            }
        }
    }

    private void healthCheck(ObjectNode check) {
        if (random.nextBoolean()) {
            check.put("healthyThreshold", 1 + random.nextInt(1_000_000));
        }
        if (random.nextBoolean()) {
            check.put("unhealthyThreshold", 1 + random.nextInt(10));
        }
        if (random.nextBoolean()) {
            check.put("interval", duration(100)).put("timeout", duration(100));
        }
        if (random.nextBoolean()) {
            check.put("intervalJitter", random.nextBoolean() ? "0s" : duration(50));
        }
        if (random.nextBoolean()) {
            check.put("altPort", port());
        }
        if (random.nextBoolean()) {
            var http = check.putObject("httpHealthChecks");
            if (random.nextBoolean()) {
                http.put("path", "/" + word());
            }
            if (random.nextBoolean()) {
                http.putArray("okStatuses").add("" + (200 + random.nextInt(100)));
            }
            if (random.nextBoolean()) {
                http.putObject("tls").put("enabled", true).put("skipCertificateValidation", true);
            }
        }
    }

    private void listeners(ObjectNode node, List<String> pools) {
        var listeners = node.putArray("listeners");
        int first = 1 + random.nextInt(60_000);
        for (int i = 0; i <= random.nextInt(6); i++) {
            var protocol =
                    List.of("TCP", "UDP", "TCP_PROXY", "TLS_PASSTHROUGH").get(random.nextInt(4));
            var listener =
                    listeners
                            .addObject()
                            .put("port", first + i)
                            .put("protocol", "PROTOCOL_" + protocol)
                            .put("targetPool", pools.get(random.nextInt(pools.size())));
            if (random.nextBoolean()) {
                listener.put("displayName", "Ünï " + word() + " 🚢");
            }
            if (protocol.equals("TLS_PASSTHROUGH") && random.nextBoolean()) {
                var names = listener.putArray("serverNameIndicators");
                names.addObject().put("name", word() + ".Example.com");
                names.addObject().put("name", "*." + word() + ".example.org");
            }
            if (random.nextBoolean()) {
                boolean udp = protocol.equals("UDP");
                listener.putObject(udp ? "udp" : "tcp")
                        .put("idleTimeout", duration(udp ? 120 : 3600));
            }
        }
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
}
