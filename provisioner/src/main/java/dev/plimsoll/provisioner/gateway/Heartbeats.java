package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.Outage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Collects heartbeats and writes the newest of each machine down, all in one statement. */
final class Heartbeats {
    private final JdbcClient sql;
    private final Map<MachineId, Heard> newest = new ConcurrentHashMap<>();
    private final Outage outage = new Outage("Writing heartbeats");

    Heartbeats(DataSource database) {
        this.sql = JdbcClient.create(database);
    }

    void beat(MachineId machine, int activeConnections) {
        newest.put(machine, new Heard(activeConnections, System.nanoTime()));
    }

    /** What cannot be written is dropped: the next beat is a second away. */
    void flush() {
        var beats = drain();
        if (beats.isEmpty()) {
            return;
        }
        try {
            sql.sql(
                            """
                            insert into agent_heartbeat (machine_id, seen_at, active_connections)
                            select machine,
                                   clock_timestamp() - "ageMillis" * interval '1 millisecond',
                                   connections
                            from jsonb_to_recordset(:beats::jsonb)
                                as beat (machine uuid, connections integer, "ageMillis" bigint)
                            order by machine
                            on conflict (machine_id) do update
                                set seen_at = excluded.seen_at,
                                    active_connections = excluded.active_connections
                                where agent_heartbeat.seen_at < excluded.seen_at
                            """)
                    .param("beats", AgentJson.MAPPER.writeValueAsString(beats))
                    .update();
            outage.over();
        } catch (RuntimeException e) {
            outage.began(e);
        }
    }

    private List<Beat> drain() {
        var beats = new ArrayList<Beat>();
        for (var machine : newest.keySet()) {
            var heard = newest.remove(machine);
            if (heard != null) {
                beats.add(new Beat(machine.value(), heard.connections(), heard.ageMillis()));
            }
        }
        return beats;
    }

    private record Heard(int connections, long atNanos) {
        /** Of a beat that lay here while this process was frozen: long. */
        long ageMillis() {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - atNanos);
        }
    }

    private record Beat(UUID machine, int connections, long ageMillis) {}
}
