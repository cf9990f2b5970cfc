package dev.plimsoll.api.metrics;

import dev.plimsoll.api.read.Rows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The rings that figures over time are kept in. */
@Repository
class TrafficRows {
    /** How long single slots are kept; less than the ring holds, where the newest overwrite. */
    static final int MINUTES = 88;

    static final int SLOTS_OF_A_MINUTE = 12;
    static final int POINTS_OF_AN_HOUR = 12;
    private static final int HOURS = 169;
    private static final TypeReference<Map<Integer, Slot>> SLOTS = new TypeReference<>() {};
    private static final TypeReference<Map<Integer, Point>> POINTS = new TypeReference<>() {};
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JdbcClient jdbc;

    TrafficRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** One hour of a load balancer: its points by their number in it. */
    record Hour(UUID loadBalancerId, int hour, Map<Integer, Point> points) {}

    Map<UUID, Timeline> timelines(Collection<UUID> loadBalancerIds, long firstSlot, long endSlot) {
        var timelines = new HashMap<UUID, Timeline>();
        RowCallbackHandler perRow =
                row -> {
                    var timeline =
                            timelines.computeIfAbsent(
                                    Rows.uuid(row, "load_balancer_id"), _ -> new Timeline());
                    var machine = Rows.uuid(row, "machine_id");
                    long begin = row.getLong("minute") * SLOTS_OF_A_MINUTE;
                    JSON.readValue(row.getString("slots"), SLOTS)
                            .forEach((number, slot) -> timeline.add(machine, begin + number, slot));
                };
        jdbc.sql(
                        """
                        SELECT load_balancer_id, machine_id, minute, slots::text AS slots FROM traffic_minute
                        WHERE load_balancer_id = ANY (:ids) AND minute BETWEEN :first AND :last
                        """)
                .param("ids", loadBalancerIds.toArray(UUID[]::new))
                .param("first", Math.floorDiv(firstSlot, (long) SLOTS_OF_A_MINUTE))
                .param("last", Math.floorDiv(endSlot - 1, (long) SLOTS_OF_A_MINUTE))
                .query(perRow);
        return timelines;
    }

    /** By the number of the point since 1970. */
    Map<Long, Point> points(UUID loadBalancerId, long first, long end) {
        var points = new HashMap<Long, Point>();
        RowCallbackHandler perRow =
                row -> {
                    long begin = row.getLong("hour") * POINTS_OF_AN_HOUR;
                    JSON.readValue(row.getString("points"), POINTS)
                            .forEach((number, point) -> points.put(begin + number, point));
                };
        jdbc.sql(
                        """
                        SELECT hour, points::text AS points FROM traffic_hour
                        WHERE load_balancer_id = :id AND hour BETWEEN :first AND :last
                        """)
                .param("id", loadBalancerId)
                .param("first", Math.floorDiv(first, (long) POINTS_OF_AN_HOUR))
                .param("last", Math.floorDiv(end - 1, (long) POINTS_OF_AN_HOUR))
                .query(perRow);
        return points;
    }

    /** Points that were written before are replaced, and those that are not among these stay. */
    void write(List<Hour> hours) {
        jdbc.sql(
                        """
                        INSERT INTO traffic_hour AS t (load_balancer_id, hour, points)
                        SELECT l.id, h.hour, h.points
                        FROM jsonb_to_recordset(:hours::jsonb) AS h ("loadBalancerId" uuid, hour integer, points jsonb)
                        JOIN load_balancer l ON l.id = h."loadBalancerId" AND l.removed_at IS NULL
                        ORDER BY l.id, h.hour
                        ON CONFLICT (load_balancer_id, place) DO UPDATE
                            SET hour = excluded.hour,
                                points = CASE WHEN t.hour = excluded.hour
                                    THEN t.points || excluded.points ELSE excluded.points END
                            WHERE t.hour <= excluded.hour
                        """)
                .param("hours", JSON.writeValueAsString(hours))
                .update();
    }

    /** What the rings still hold of machines that are gone and of times that are past. */
    void removeOlder(Collection<UUID> loadBalancerIds, long minute) {
        var ids = loadBalancerIds.toArray(UUID[]::new);
        jdbc.sql(
                        """
                        DELETE FROM traffic_minute
                        WHERE load_balancer_id = ANY (:ids) AND minute < :minute
                        """)
                .param("ids", ids)
                .param("minute", minute - MINUTES)
                .update();
        jdbc.sql("DELETE FROM traffic_hour WHERE load_balancer_id = ANY (:ids) AND hour <= :hour")
                .param("ids", ids)
                .param("hour", minute / 60 - HOURS)
                .update();
    }

    /** Of as many turns; each load balancer has one, always the same. */
    List<UUID> living(int turn, int turns) {
        return new ArrayList<>(
                jdbc.sql(
                                """
                                SELECT id FROM load_balancer
                                WHERE removed_at IS NULL AND mod(abs(hashtext(id::text)::bigint), :turns) = :turn
                                ORDER BY id
                                """)
                        .param("turns", turns)
                        .param("turn", turn)
                        .query(UUID.class)
                        .list());
    }
}
