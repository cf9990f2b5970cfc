package dev.plimsoll.agent.protocol;

/** Where one of the installation's gateways is reached. */
public record GatewayAddress(String host, int port) {
    public GatewayAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("The gateway's host is empty");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
