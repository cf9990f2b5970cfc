package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.TrafficSlot;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.Outage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Collects what agents tell of their traffic and writes it down, of all of them in one statement. A
 * machine's minute is a row; what was written of it before stays.
 */
final class TrafficRecords {
    private static final int SLOTS = 12;

    /** Two minutes of the largest fleet, some 100 MB. */
    private static final int MOST_WAITING = 40_000;

    private static final int WRITTEN_AT_ONCE = 2_000;
    private static final int MOST_FIGURES = 40;
    private static final long MOST = 1L << 53;
    private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]{0,31}");

    private final JdbcClient sql;
    private final GatewayMeters meters;
    private final Map<Key, Map<String, Slot>> waiting = new ConcurrentHashMap<>();
    private final Outage outage = new Outage("Writing down agents' traffic");

    TrafficRecords(DataSource database, GatewayMeters meters) {
        this.sql = JdbcClient.create(database);
        this.meters = meters;
    }

    /** For the next {@link #flush}. */
    void add(MachineId machine, List<AgentClock.Placed> slots) {
        minutes(machine, slots).forEach(this::keep);
    }

    private void keep(Key key, Map<String, Slot> slots) {
        if (waiting.size() >= MOST_WAITING) {
            meters.trafficLost.increment(slots.size());
            return;
        }
        waiting.merge(
                key,
                slots,
                (older, newer) -> {
                    var both = new TreeMap<>(older);
                    both.putAll(newer);
                    return both;
                });
    }

    /** Now, because somebody waits for it. */
    void write(MachineId machine, List<AgentClock.Placed> slots) {
        var minutes = minutes(machine, slots);
        if (!minutes.isEmpty()) {
            write(rows(minutes));
        }
    }

    /** What cannot be written is kept for the next time. */
    void flush() {
        var some = take();
        while (!some.isEmpty()) {
            try {
                write(rows(some));
                outage.over();
            } catch (DataIntegrityViolationException e) {
                meters.trafficLost.increment(some.size());
                outage.began(e); // would fail again
            } catch (RuntimeException e) {
                outage.began(e);
                some.forEach(this::keep);
                return;
            }
            some = take();
        }
    }

    private Map<Key, Map<String, Slot>> take() {
        var some = new HashMap<Key, Map<String, Slot>>();
        for (var key : waiting.keySet()) {
            if (some.size() == WRITTEN_AT_ONCE) {
                break;
            }
            var slots = waiting.remove(key);
            if (slots != null) {
                some.put(key, slots);
            }
        }
        return some;
    }

    private Map<Key, Map<String, Slot>> minutes(MachineId machine, List<AgentClock.Placed> slots) {
        var minutes = new HashMap<Key, Map<String, Slot>>();
        for (var placed : slots) {
            if (isSound(placed.slot())) {
                var key = new Key(machine, Math.toIntExact(placed.number() / SLOTS));
                minutes.computeIfAbsent(key, _ -> new TreeMap<>())
                        .put(Long.toString(placed.number() % SLOTS), Slot.of(placed.slot()));
            } else {
                meters.trafficRefused.increment();
            }
        }
        return minutes;
    }

    /** Whoever writes with an agent's certificate cannot fill the database. */
    private static boolean isSound(TrafficSlot slot) {
        return slot.figures().size() <= MOST_FIGURES
                && slot.figures().keySet().stream().allMatch(it -> NAME.matcher(it).matches())
                && slot.figures().values().stream().allMatch(it -> it >= 0 && it <= MOST);
    }

    private static List<Row> rows(Map<Key, Map<String, Slot>> minutes) {
        var rows = new ArrayList<Row>();
        minutes.forEach(
                (key, slots) -> rows.add(new Row(key.machine().value(), key.minute(), slots)));
        return rows;
    }

    private void write(Collection<Row> rows) {
        sql.sql(
                        """
                        insert into traffic_minute as t (load_balancer_id, machine_id, minute, slots)
                        select m.load_balancer_id, m.id, r.minute, r.slots
                        from jsonb_to_recordset(:rows::jsonb)
                            as r (machine uuid, minute integer, slots jsonb)
                        join machine m on m.id = r.machine and m.state <> 'DELETED'
                        order by m.load_balancer_id, m.id, r.minute
                        on conflict (load_balancer_id, machine_id, place) do update
                            set minute = excluded.minute,
                                slots = case when t.minute = excluded.minute
                                    then t.slots || excluded.slots else excluded.slots end
                            where t.minute <= excluded.minute
                        """)
                .param("rows", AgentJson.MAPPER.writeValueAsString(rows))
                .update();
        meters.trafficSlots.increment(rows.stream().mapToInt(row -> row.slots().size()).sum());
    }

    private record Key(MachineId machine, int minute) {}

    private record Row(UUID machine, int minute, Map<String, Slot> slots) {}

    /** Without its time, which is where it is kept. */
    private record Slot(boolean active, Map<String, Long> figures) {
        static Slot of(TrafficSlot slot) {
            return new Slot(slot.active(), slot.figures());
        }
    }
}
