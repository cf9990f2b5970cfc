package dev.plimsoll.api.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One series of a report. Names, units and reasons are the contract's.
 *
 * @param value of a point that is known; empty where there was nothing to measure
 */
public record SeriesKind(
        String name, String unit, @Nullable String reason, Function<Point, OptionalDouble> value) {

    static final List<SeriesKind> ALL = all();

    private static List<SeriesKind> all() {
        var all = new ArrayList<SeriesKind>();
        all.add(of("activeConnections", "connections", point -> point.mean("connections")));
        all.add(
                of(
                        "mostActiveConnections",
                        "connections",
                        point -> point.sum(Point.MOST_CONNECTIONS)));
        all.add(rate("newConnections", "connections/s", "opened"));
        for (var reason : List.of("Access", "Limit", "Targets", "Client", "Agent")) {
            var rate = rate("rejectedConnections", "connections/s", "rejected" + reason);
            all.add(
                    new SeriesKind(
                            rate.name,
                            rate.unit,
                            reason.toUpperCase(java.util.Locale.ROOT),
                            rate.value));
        }
        all.add(rate("connectFailures", "connections/s", "connectFailures"));
        all.add(rate("bytesToTargets", "bytes/s", "bytesToTargets"));
        all.add(rate("bytesToClients", "bytes/s", "bytesToClients"));
        all.add(of("activeSessions", "sessions", point -> point.mean("sessions")));
        all.add(rate("newSessions", "sessions/s", "sessionsOpened"));
        all.add(rate("datagramsToTargets", "datagrams/s", "datagramsToTargets"));
        all.add(rate("datagramsToClients", "datagrams/s", "datagramsToClients"));
        all.add(rate("droppedDatagrams", "datagrams/s", "datagramsDropped"));
        all.add(of("healthyTargets", "targets", point -> point.sum(Point.FEWEST_HEALTHY)));
        all.add(of("unhealthyTargets", "targets", point -> point.sum(Point.MOST_UNHEALTHY)));
        all.add(quantile("connectTimeMedian", 0.5));
        all.add(quantile("connectTime99", 0.99));
        return List.copyOf(all);
    }

    private static SeriesKind of(String name, String unit, ToDoubleFunction<Point> value) {
        return new SeriesKind(
                name, unit, null, point -> OptionalDouble.of(value.applyAsDouble(point)));
    }

    private static SeriesKind rate(String name, String unit, String figure) {
        return of(name, unit, point -> point.perSecond(figure));
    }

    private static SeriesKind quantile(String name, double share) {
        return new SeriesKind(name, "seconds", null, point -> Connects.of(point).quantile(share));
    }
}
