package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How each agent sees each target. Nothing is reconciled because of it. */
final class HealthRecords {
    private final JdbcClient sql;

    HealthRecords(DataSource database) {
        this.sql = JdbcClient.create(database);
    }

    /**
     * Does nothing for a session that is not the machine's newest, which it stays until all is
     * written.
     *
     * @param isWhole what is not among the targets is gone
     */
    void write(UUID machine, UUID session, List<TargetHealth> targets, boolean isWhole) {
        sql.sql(
                        """
                        with newest as materialized (
                            select machine_id, load_balancer_id from agent_status
                            where machine_id = :machine and session_id = :session for share),
                        told as materialized (
                            select distinct on ("targetPool", ip, port) *
                            from jsonb_to_recordset(:rows::jsonb)
                                as t ("targetPool" text, ip inet, port integer, state text,
                                      reason text, detail text, "sinceEpochMillis" bigint,
                                      "decidedBy" jsonb)),
                        gone as (
                            delete from target_health h using newest n
                            where :whole and h.machine_id = n.machine_id and not exists (
                                select 1 from told t
                                where t."targetPool" = h.target_pool and t.ip = h.ip
                                  and t.port = h.port))
                        insert into target_health as h (machine_id, load_balancer_id, target_pool,
                            ip, port, state, reason, detail, since, probe_at, probe_millis,
                            probe_phase, probe_errno, probe_http_status)
                        select n.machine_id, n.load_balancer_id, t."targetPool", t.ip, t.port,
                            t.state, t.reason, t.detail,
                            to_timestamp(t."sinceEpochMillis" / 1000.0),
                            to_timestamp((t."decidedBy" ->> 'atEpochMillis')::bigint / 1000.0),
                            (t."decidedBy" ->> 'millis')::integer, t."decidedBy" ->> 'phase',
                            (t."decidedBy" ->> 'errno')::integer,
                            (t."decidedBy" ->> 'httpStatus')::integer
                        from newest n, told t
                        on conflict (machine_id, target_pool, ip, port) do update
                            set state = excluded.state, reason = excluded.reason,
                                detail = excluded.detail, since = excluded.since,
                                probe_at = excluded.probe_at,
                                probe_millis = excluded.probe_millis,
                                probe_phase = excluded.probe_phase,
                                probe_errno = excluded.probe_errno,
                                probe_http_status = excluded.probe_http_status
                            where (h.state, h.reason, h.detail, h.since, h.probe_at,
                                   h.probe_millis, h.probe_phase, h.probe_errno,
                                   h.probe_http_status)
                                is distinct from (excluded.state, excluded.reason,
                                   excluded.detail, excluded.since, excluded.probe_at,
                                   excluded.probe_millis, excluded.probe_phase,
                                   excluded.probe_errno, excluded.probe_http_status)
                        """)
                .param("machine", machine)
                .param("session", session)
                .param("rows", AgentJson.MAPPER.writeValueAsString(targets))
                .param("whole", isWhole)
                .update();
    }
}
