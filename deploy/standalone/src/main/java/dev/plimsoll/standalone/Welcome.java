package dev.plimsoll.standalone;

import java.util.stream.Collectors;

/**
 * What {@code ./plimsoll up} prints: where it is, who may use it, and commands that show it
 * working.
 */
record Welcome(Credentials credentials, boolean firstStart, DataFolder folder, Options options) {
    static final String DEMO_VIP = "127.0.0.80";
    static final int DEMO_PORT = 8000;

    String text(Driver driver) {
        return head()
                + switch (driver) {
                    case LOCAL -> demonstration();
                    case NETNS -> namespaces();
                    case SIMULATED -> simulation();
                };
    }

    private String head() {
        return """

        Plimsoll is ready.

          API       %s     (Swagger UI: %s/swagger-ui.html)
          project   %s   region %s
        %s
        """
                .formatted(
                        credentials.url(),
                        credentials.url(),
                        credentials.projectId(),
                        credentials.region(),
                        tokens());
    }

    private String demonstration() {
        return """
        Order a load balancer in front of two demo targets, and wait until it serves:

          %s

        Send requests through it:

          for i in 1 2 3 4; do curl -s http://%s:%d/; done

        Kill its active agent and send again:

          kill -9 $(%s); sleep 0.1; for i in 1 2 3 4; do curl -s http://%s:%d/; done

        """
                .formatted(
                        create(demo()),
                        DEMO_VIP,
                        DEMO_PORT,
                        plimsoll("status --active-pid demo"),
                        DEMO_VIP,
                        DEMO_PORT);
    }

    private String namespaces() {
        return """
        Driver: netns. Machines are namespaces of this host; clients come in through 198.51.100.0/24, which this
        namespace is connected to, and the network %s is 10.250.0.0/16.
        For a client, two targets and a load balancer to try, see: %s

        """
                .formatted(credentials.networkId(), plimsoll("lab"));
    }

    private String simulation() {
        return """
        Driver: simulated. Load balancers get READY within milliseconds, and no traffic goes through them.

        Order one, and wait until it is READY:

          %s

        Order one that meets an error, which the label names and another order without it mends:

          %s

        """
                .formatted(create(demo()), create(faulty()));
    }

    private String faulty() {
        return order(
                        "\"options\": {\"ephemeralAddress\": true},"
                                + " \"labels\": {\"simulate-fault\": \"fip-not-found\"}")
                .replaceFirst("\"demo\"", "\"faulty\"");
    }

    /** The launcher as its user called it, for the data folder that it was called with. */
    private String plimsoll(String command) {
        var data = options.text("launcher-data", "");
        return options.text("launcher", "./plimsoll")
                + " "
                + command
                + (data.isEmpty() ? "" : " --data " + data);
    }

    private String tokens() {
        if (!firstStart) {
            return "  tokens    %s (--reader, --operator)%n".formatted(plimsoll("token"));
        }
        return """
          admin     %s
          reader    %s
          operator  %s
          shown this once; kept in %s/credentials.json
        """
                .formatted(
                        credentials.adminToken(),
                        credentials.readerToken(),
                        credentials.operatorToken(),
                        folder.path());
    }

    private String create(String order) {
        return """
        curl -s -X POST %s/v2/projects/%s/regions/%s/load-balancers \\
            -H "Authorization: Bearer $(%s)" -H 'Content-Type: application/json' -H 'Prefer: wait=10' -d '%s'\
        """
                .formatted(
                        credentials.url(),
                        credentials.projectId(),
                        credentials.region(),
                        plimsoll("token"),
                        order);
    }

    private String demo() {
        return order("\"externalAddress\": \"%s\"".formatted(DEMO_VIP));
    }

    /** The body of an order; {@code address} is the JSON member that says which address it gets. */
    String order(String address) {
        var targets =
                DemoTargets.ADDRESSES.stream()
                        .map("{\"ip\": \"%s\"}"::formatted)
                        .collect(Collectors.joining(", "));
        return """
        {
            "name": "demo", %s,
            "networks": [{"networkId": "%s", "role": "ROLE_LISTENERS_AND_TARGETS"}],
            "listeners": [{"port": %d, "protocol": "PROTOCOL_TCP", "targetPool": "web"}],
            "targetPools": [{"name": "web", "targetPort": %d, "targets": [%s]}]}\
        """
                .formatted(address, credentials.networkId(), DEMO_PORT, DemoTargets.PORT, targets);
    }
}
