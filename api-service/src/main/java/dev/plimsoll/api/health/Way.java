package dev.plimsoll.api.health;

import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.spec.Protocol;
import dev.plimsoll.api.loadbalancer.spec.TargetPoolSpec;

/**
 * A target of a pool, as sentences speak of it.
 *
 * @param probedPort where its health check goes to
 * @param isProxied whether its connections begin with a PROXY header
 */
record Way(String targetPool, String ip, int port, int probedPort, boolean isProxied) {

    static Way of(LoadBalancerView view, TargetPoolSpec pool, String ip) {
        var name = HealthReports.nameOf(pool);
        boolean isProxied =
                view.spec().listeners().stream()
                        .anyMatch(listener ->
                                name.equals(listener.targetPool())
                                        && listener.protocol() == Protocol.PROTOCOL_TCP_PROXY);
        return new Way(
                name, ip, HealthReports.portOf(pool), HealthReports.probedPort(pool), isProxied);
    }

    Place place() {
        return Place.of(targetPool, ip, port);
    }

    String target() {
        return Place.inWords(ip, port);
    }

    String probed() {
        return Place.inWords(ip, probedPort);
    }
}
