package dev.plimsoll.provisioner;

/** Specs in the shape that the API stores. */
public final class Orders {
    private Orders() {}

    public static String ephemeral(int port, String target) {
        return order(port, target, "\"options\": {\"ephemeralAddress\": true}");
    }

    public static String fixed(String address, int port, String target) {
        return order(port, target, "\"externalAddress\": \"" + address + "\"");
    }

    public static String onlyPrivate(int port, String target) {
        return order(port, target, "\"options\": {\"privateNetworkOnly\": true}");
    }

    private static String order(int port, String target, String addressing) {
        return """
        {"planId": "p10", %s,
         "networks": [{"networkId": "2028e5d4-af4f-45e2-98df-502be37a4317",
                       "role": "ROLE_LISTENERS_AND_TARGETS"}],
         "listeners": [{"displayName": "http", "port": %d, "protocol": "PROTOCOL_TCP",
                        "targetPool": "web"}],
         "targetPools": [{"name": "web", "targetPort": 8080, "targets": [{"ip": "%s"}]}]}
        """
                .formatted(addressing, port, target);
    }
}
