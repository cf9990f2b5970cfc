package dev.plimsoll.api.support;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes what the provisioner would have found, where none runs. */
public final class ObservedWorld {
    private final JdbcClient jdbc;

    ObservedWorld(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public UUID id(UUID projectId, String name) {
        return jdbc.sql(
                        """
                        SELECT id FROM load_balancer
                        WHERE project_id = ? AND name = ? AND removed_at IS NULL
                        """)
                .param(projectId)
                .param(name)
                .query(UUID.class)
                .single();
    }

    /** The active agent serves the current generation. */
    public void serves(UUID loadBalancer) {
        long generation = generation(loadBalancer);
        condition(loadBalancer, "FEASIBLE", "TRUE", "Feasible", "", generation, Duration.ZERO);
        condition(loadBalancer, "SERVING", "TRUE", "AgentActive", "", generation, Duration.ZERO);
        condition(loadBalancer, "APPLIED", "TRUE", "Applied", "", generation, Duration.ZERO);
        jdbc.sql(
                        """
                        UPDATE load_balancer SET observed_generation = ?,
                            first_ready_at = coalesce(first_ready_at, clock_timestamp())
                        WHERE id = ?
                        """)
                .param(generation)
                .param(loadBalancer)
                .update();
        tell(loadBalancer);
    }

    public void cannotServe(UUID loadBalancer, String type, String message) {
        condition(
                loadBalancer,
                "FEASIBLE",
                "FALSE",
                type,
                message,
                generation(loadBalancer),
                Duration.ZERO);
        tell(loadBalancer);
    }

    public void isSilentFor(UUID loadBalancer, Duration age) {
        condition(
                loadBalancer,
                "SERVING",
                "FALSE",
                "NoAgent",
                "No agent answers",
                generation(loadBalancer),
                age);
        tell(loadBalancer);
    }

    public void hasAddress(UUID loadBalancer, String kind, String address) {
        jdbc.sql(
                        """
                        INSERT INTO address (scope, address, kind, load_balancer_id)
                        VALUES (?, ?::inet, ?, ?)
                        """)
                .param(loadBalancer.toString())
                .param(address)
                .param(kind)
                .param(loadBalancer)
                .update();
    }

    public UUID hasAgent(UUID loadBalancer, int slot, String role, long pid) {
        var machine = UUID.randomUUID();
        jdbc.sql(
                        """
                        INSERT INTO machine (id, project_id, load_balancer_id, slot, incarnation,
                                             driver, state)
                        SELECT ?, project_id, id, ?, 1, 'test', 'STANDBY'
                        FROM load_balancer WHERE id = ?
                        """)
                .param(machine)
                .param(slot)
                .param(loadBalancer)
                .update();
        jdbc.sql(
                        """
                        INSERT INTO agent_status (machine_id, load_balancer_id, session_id,
                            connected, connected_since, pid, agent_version, admin_address,
                            connection_limit, role, role_since, applied_generation, applied_at,
                            yields)
                        VALUES (?, ?, gen_random_uuid(), true, now(), ?, 'test', '127.0.0.1:9000',
                            1000, ?, now(), 1, now(), true)
                        """)
                .param(machine)
                .param(loadBalancer)
                .param(pid)
                .param(role)
                .update();
        return machine;
    }

    /** What an agent has said of a target, that long ago. */
    public void sees(
            UUID machine, String pool, String ip, String state, String reason, Duration age) {
        jdbc.sql(
                        """
                        INSERT INTO target_health (machine_id, load_balancer_id, target_pool, ip, port,
                            state, reason, detail, since, probe_phase)
                        SELECT id, load_balancer_id, ?, ?::inet, 8080, ?, ?, '', ?, 'CONNECT'
                        FROM machine WHERE id = ?
                        ON CONFLICT (machine_id, target_pool, ip, port) DO UPDATE
                        SET state = excluded.state, reason = excluded.reason, since = excluded.since
                        """)
                .param(pool)
                .param(ip)
                .param(state)
                .param(reason)
                .param(OffsetDateTime.now().minus(age))
                .param(machine)
                .update();
    }

    public void isCutOff(UUID machine) {
        jdbc.sql("UPDATE agent_status SET connected = false WHERE machine_id = ?")
                .param(machine)
                .update();
    }

    /** What an agent has told of 5 s, by their number since 1970. */
    public void carries(UUID machine, long slot, boolean active, String figures) {
        jdbc.sql(
                        """
                        INSERT INTO traffic_minute AS t (load_balancer_id, machine_id, minute, slots)
                        SELECT load_balancer_id, id, :slot / 12, jsonb_build_object((:slot % 12)::text,
                            jsonb_build_object('active', :active, 'figures', :figures::jsonb))
                        FROM machine WHERE id = :machine
                        ON CONFLICT (load_balancer_id, machine_id, place) DO UPDATE
                        SET minute = excluded.minute, slots = CASE WHEN t.minute = excluded.minute
                            THEN t.slots || excluded.slots ELSE excluded.slots END
                        """)
                .param("slot", slot)
                .param("active", active)
                .param("figures", figures)
                .param("machine", machine)
                .update();
    }

    public void hasMoved(UUID loadBalancer, UUID from, UUID to) {
        jdbc.sql(
                        """
                        INSERT INTO failover (load_balancer_id, project_id, from_machine, to_machine,
                            cause, detected_at, vip_moved_at, gap_millis, connections)
                        SELECT id, project_id, ?, ?, 'FAILOVER', now(), now(), 0, 12
                        FROM load_balancer WHERE id = ?
                        """)
                .param(from)
                .param(to)
                .param(loadBalancer)
                .update();
    }

    public UUID machine(UUID loadBalancer, int slot) {
        return jdbc.sql("SELECT id FROM machine WHERE load_balancer_id = ? AND slot = ?")
                .param(loadBalancer)
                .param(slot)
                .query(UUID.class)
                .single();
    }

    /** An authority that issues, and the one before; nobody here reads their certificates. */
    public String rotation() {
        jdbc.sql("DELETE FROM certificate_authority").update();
        jdbc.sql(
                        """
                        INSERT INTO certificate_authority (id, state, certificate_pem,
                            private_key_sealed, expires_at, created_at)
                        VALUES
                            (gen_random_uuid(), 'RETIRING', 'MIIB', '\\x00', now(),
                                now() - interval '1 h'),
                            (gen_random_uuid(), 'ISSUING', 'MIIC', '\\x00', now(), now())
                        """)
                .update();
        return "rotation";
    }

    public void beats(UUID machine) {
        jdbc.sql("INSERT INTO agent_heartbeat VALUES (?, now(), 12)").param(machine).update();
    }

    public void isWorkedOn(UUID loadBalancer) {
        jdbc.sql(
                        """
                        UPDATE work_item SET waiting_for = 'the agents to connect',
                            waiting_since = now(), lease_owner = 'test',
                            lease_epoch = nextval('lease_epoch'),
                            lease_until = now() + interval '10 s'
                        WHERE load_balancer_id = ?
                        """)
                .param(loadBalancer)
                .update();
    }

    public void happens(UUID loadBalancer, String type, String message) {
        jdbc.sql(
                        """
                        INSERT INTO event (project_id, load_balancer_id, type, message, details)
                        SELECT project_id, id, ?, ?, '{"generation": 1}'
                        FROM load_balancer WHERE id = ?
                        """)
                .param(type)
                .param(message)
                .param(loadBalancer)
                .update();
    }

    public void isGone(UUID loadBalancer) {
        jdbc.sql("UPDATE load_balancer SET removed_at = now() WHERE id = ?")
                .param(loadBalancer)
                .update();
    }

    private void condition(
            UUID loadBalancer,
            String type,
            String status,
            String reason,
            String message,
            long generation,
            Duration age) {
        jdbc.sql(
                        """
                        INSERT INTO condition VALUES (?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (load_balancer_id, type) DO UPDATE
                        SET status = excluded.status, reason = excluded.reason,
                            message = excluded.message, generation = excluded.generation,
                            since = excluded.since
                        """)
                .param(loadBalancer)
                .param(type)
                .param(status)
                .param(reason)
                .param(message)
                .param(generation)
                .param(OffsetDateTime.now().minus(age))
                .update();
    }

    private void tell(UUID loadBalancer) {
        jdbc.sql("SELECT 1 FROM pg_notify('plimsoll_status', ?)")
                .param(loadBalancer.toString())
                .query(Integer.class)
                .single();
    }

    private long generation(UUID loadBalancer) {
        return jdbc.sql("SELECT generation FROM load_balancer WHERE id = ?")
                .param(loadBalancer)
                .query(Long.class)
                .single();
    }
}
