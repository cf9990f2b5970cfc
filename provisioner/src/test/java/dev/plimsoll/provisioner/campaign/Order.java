package dev.plimsoll.provisioner.campaign;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a tenant may want.
 *
 * @param address a fixed one, which others want too; else how it is addressed
 * @param fault simulated for a second; empty for none
 */
record Order(String plan, String address, int port, String target, String fault) {
    private static final String EPHEMERAL = "ephemeral";
    private static final String PRIVATE = "private";
    private static final List<String> PLANS = List.of("p10", "p50", "p250");
    private static final List<String> ADDRESSES =
            List.of(EPHEMERAL, EPHEMERAL, EPHEMERAL, PRIVATE, "192.0.2.1", "192.0.2.2");
    private static final List<String> FAULTS =
            List.of("fip-not-found", "port-not-configured", "internal");
    private static final int ONE_IN = 8;

    static Order random(RandomGenerator random) {
        return new Order(
                one(PLANS, random),
                one(ADDRESSES, random),
                80 + random.nextInt(2),
                "10.0.0." + (1 + random.nextInt(200)),
                random.nextInt(ONE_IN) == 0 ? one(FAULTS, random) : "");
    }

    static Order simple(int port) {
        return new Order("p10", EPHEMERAL, port, "10.0.0.1", "");
    }

    Order at(String fixed) {
        return new Order(plan, fixed, port, target, fault);
    }

    boolean isContested() {
        return !address.equals(EPHEMERAL) && !address.equals(PRIVATE);
    }

    boolean isPrivate() {
        return address.equals(PRIVATE);
    }

    String json() {
        return """
        {"planId": "%s", %s, "labels": {%s},
         "networks": [{"networkId": "2028e5d4-af4f-45e2-98df-502be37a4317",
                       "role": "ROLE_LISTENERS_AND_TARGETS"}],
         "listeners": [{"displayName": "http", "port": %d, "protocol": "PROTOCOL_TCP",
                        "targetPool": "web"}],
         "targetPools": [{"name": "web", "targetPort": 8080, "targets": [{"ip": "%s"}]}]}
        """
                .formatted(plan, addressing(), labels(), port, target);
    }

    private String addressing() {
        return switch (address) {
            case EPHEMERAL -> "\"options\": {\"ephemeralAddress\": true}";
            case PRIVATE -> "\"options\": {\"privateNetworkOnly\": true}";
            default -> "\"externalAddress\": \"" + address + "\"";
        };
    }

    private String labels() {
        return fault.isEmpty()
                ? ""
                : "\"simulate-fault\": \"" + fault + "\", \"simulate-fault-for\": \"1s\"";
    }

    private static <T> T one(List<T> of, RandomGenerator random) {
        return of.get(random.nextInt(of.size()));
    }
}
