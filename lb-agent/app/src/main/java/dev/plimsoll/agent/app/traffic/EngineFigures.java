package dev.plimsoll.agent.app.traffic;

import static dev.plimsoll.agent.engine.EngineMeters.Direction.TO_CLIENT;
import static dev.plimsoll.agent.engine.EngineMeters.Direction.TO_TARGET;

import dev.plimsoll.agent.engine.Engine;
import dev.plimsoll.agent.engine.EngineMeters;
import dev.plimsoll.agent.engine.EngineMeters.DatagramDrop;
import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.engine.EngineMeters.SessionEnd;
import dev.plimsoll.agent.protocol.TrafficSlot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The engine's figures since they were asked for last; by one thread at a time. */
final class EngineFigures implements Supplier<Map<String, Long>> {
    /** A connect that took longer than 10 s has failed before. */
    private static final double LONGEST_CONNECT_SECONDS = 10;

    private final Engine engine;
    private Map<String, Long> before = Map.of();

    EngineFigures(Engine engine) {
        this.engine = engine;
    }

    @Override
    public Map<String, Long> get() {
        var totals = totals();
        var figures = new HashMap<String, Long>();
        totals.forEach((name, total) -> put(figures, name, total - before.getOrDefault(name, 0L)));
        before = totals;
        put(figures, TrafficSlot.CONNECTIONS, engine.activeConnections());
        put(figures, TrafficSlot.SESSIONS, sessions());
        put(figures, TrafficSlot.TARGETS_HEALTHY, targets(true));
        put(figures, TrafficSlot.TARGETS_UNHEALTHY, targets(false));
        return figures;
    }

    private static void put(Map<String, Long> figures, String name, long value) {
        if (value > 0) {
            figures.put(name, value);
        }
    }

    private long targets(boolean up) {
        return engine.targetMeters().stream()
                .filter(target -> !target.draining() && target.up() == up)
                .count();
    }

    private long sessions() {
        var meters = engine.meters();
        return meters.sessionsOpened() - sum(List.of(SessionEnd.values()), meters::sessionsEnded);
    }

    private Map<String, Long> totals() {
        var meters = engine.meters();
        var totals = new HashMap<String, Long>();
        totals.put(TrafficSlot.OPENED, meters.opened());
        totals.put(TrafficSlot.BYTES_TO_TARGETS, meters.bytes(TO_TARGET));
        totals.put(TrafficSlot.BYTES_TO_CLIENTS, meters.bytes(TO_CLIENT));
        totals.put(TrafficSlot.SESSIONS_OPENED, meters.sessionsOpened());
        totals.put(TrafficSlot.DATAGRAMS_TO_TARGETS, meters.datagrams(TO_TARGET));
        totals.put(TrafficSlot.DATAGRAMS_TO_CLIENTS, meters.datagrams(TO_CLIENT));
        totals.put(
                TrafficSlot.DATAGRAMS_DROPPED,
                sum(List.of(DatagramDrop.values()), meters::datagramsDropped));
        totals.put(
                TrafficSlot.CONNECT_FAILURES,
                sum(EngineMeters.connectCauses(), meters::connectFailures));
        for (var reason : Rejection.values()) {
            totals.merge(TrafficSlot.REJECTED + group(reason), meters.rejected(reason), Long::sum);
        }
        for (var bucket : meters.connectDurations().buckets()) {
            double seconds = Math.min(bucket.upperSeconds(), LONGEST_CONNECT_SECONDS);
            totals.merge(
                    TrafficSlot.CONNECTED_WITHIN + Math.round(seconds * 1e6),
                    bucket.count(),
                    Long::sum);
        }
        return totals;
    }

    private static <T> long sum(Iterable<T> all, ToLongFunction<T> of) {
        long sum = 0;
        for (var one : all) {
            sum += of.applyAsLong(one);
        }
        return sum;
    }

    /** Whose matter it is. */
    private static String group(Rejection reason) {
        return switch (reason) {
            case SOURCE_RANGE -> "Access";
            case MAX_CONNECTIONS,
                    TOO_MANY_CONNECTING,
                    TOO_MANY_HELLOS,
                    TOO_MANY_PARKED,
                    NO_DESCRIPTORS ->
                    "Limit";
            case NO_HEALTHY_TARGET, TARGETS_UNREACHABLE -> "Targets";
            case NOT_TLS,
                    HELLO_MALFORMED,
                    HELLO_TOO_LARGE,
                    HELLO_TIMEOUT,
                    UNKNOWN_SERVER_NAME,
                    CLIENT_GONE ->
                    "Client";
            case LISTENER_REMOVED, STOPPING, ORDERED -> "Agent";
        };
    }
}
