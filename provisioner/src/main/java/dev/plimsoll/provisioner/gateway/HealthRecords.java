package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** How each agent sees each target. Nothing is reconciled because of it. */
final class HealthRecords {
    private final JdbcClient sql;
    private final TransactionTemplate transactions;

    HealthRecords(DataSource database) {
        this.sql = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        this.transactions.setTimeout(10);
    }

    /**
     * Does nothing for a session that is not the machine's newest.
     *
     * @param isWhole what is not among the targets is gone
     */
    void write(UUID machine, UUID session, List<TargetHealth> targets, boolean isWhole) {
        var rows = AgentJson.MAPPER.writeValueAsString(targets);
        transactions.executeWithoutResult(_ -> {
            if (!isNewest(machine, session)) {
                return;
            }
            if (isWhole) {
                deleteOthers(machine, rows);
            }
            upsert(machine, rows);
        });
    }

    /** Stays true until the transaction ends. */
    private boolean isNewest(UUID machine, UUID session) {
        return sql.sql(
                        """
                        select true from agent_status
                        where machine_id = :machine and session_id = :session for share
                        """)
                .param("machine", machine)
                .param("session", session)
                .query(Boolean.class)
                .optional()
                .isPresent();
    }

    private void deleteOthers(UUID machine, String rows) {
        sql.sql(
                        """
                        delete from target_health h
                        where machine_id = :machine and not exists (
                            select 1 from jsonb_to_recordset(:rows::jsonb)
                                as t ("targetPool" text, ip inet, port integer)
                            where t."targetPool" = h.target_pool and t.ip = h.ip
                              and t.port = h.port)
                        """)
                .param("machine", machine)
                .param("rows", rows)
                .update();
    }

    private void upsert(UUID machine, String rows) {
        sql.sql(
                        """
                        insert into target_health (machine_id, load_balancer_id, target_pool, ip,
                            port, state, reason, detail, since, probe_at, probe_millis,
                            probe_phase, probe_errno, probe_http_status)
                        select distinct on (t."targetPool", t.ip, t.port)
                            m.id, m.load_balancer_id, t."targetPool", t.ip, t.port, t.state,
                            t.reason, t.detail, to_timestamp(t."sinceEpochMillis" / 1000.0),
                            to_timestamp((t."decidedBy" ->> 'atEpochMillis')::bigint / 1000.0),
                            (t."decidedBy" ->> 'millis')::integer, t."decidedBy" ->> 'phase',
                            (t."decidedBy" ->> 'errno')::integer,
                            (t."decidedBy" ->> 'httpStatus')::integer
                        from machine m, jsonb_to_recordset(:rows::jsonb)
                            as t ("targetPool" text, ip inet, port integer, state text,
                                  reason text, detail text, "sinceEpochMillis" bigint,
                                  "decidedBy" jsonb)
                        where m.id = :machine
                        on conflict (machine_id, target_pool, ip, port) do update
                            set state = excluded.state, reason = excluded.reason,
                                detail = excluded.detail, since = excluded.since,
                                probe_at = excluded.probe_at,
                                probe_millis = excluded.probe_millis,
                                probe_phase = excluded.probe_phase,
                                probe_errno = excluded.probe_errno,
                                probe_http_status = excluded.probe_http_status
                        """)
                .param("machine", machine)
                .param("rows", rows)
                .update();
    }
}
