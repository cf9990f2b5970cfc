package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.PushReport;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How each agent's pushes go. Nothing is reconciled because of it. */
final class PushRecords {
    private final JdbcClient sql;

    PushRecords(DataSource database) {
        this.sql = JdbcClient.create(database);
    }

    /**
     * Does nothing for a session that is not the machine's newest.
     *
     * @param reports all of the agent's: of a kind that is not among them it pushes nothing
     */
    void write(UUID machine, UUID session, List<PushReport> reports) {
        sql.sql(
                        """
                        with newest as (
                            select machine_id, load_balancer_id from agent_status
                            where machine_id = :machine and session_id = :session for share),
                        report as (
                            select distinct on (kind) * from jsonb_to_recordset(:rows::jsonb)
                                as r (kind text, url text, "lastSuccessEpochMillis" bigint,
                                      "lastFailure" jsonb, "consecutiveFailures" integer,
                                      dropped bigint)),
                        gone as (
                            delete from push_status p using newest n
                            where p.machine_id = n.machine_id
                              and p.kind not in (select kind from report))
                        insert into push_status as p (machine_id, load_balancer_id, kind, url,
                            last_success_at, last_failure_at, reason, http_status,
                            consecutive_failures, dropped)
                        select n.machine_id, n.load_balancer_id, r.kind, r.url,
                            to_timestamp(r."lastSuccessEpochMillis" / 1000.0),
                            to_timestamp((r."lastFailure" ->> 'atEpochMillis')::bigint / 1000.0),
                            r."lastFailure" ->> 'reason',
                            (r."lastFailure" ->> 'httpStatus')::integer,
                            r."consecutiveFailures", r.dropped
                        from newest n, report r
                        on conflict (machine_id, kind) do update
                            set url = excluded.url,
                                last_success_at = excluded.last_success_at,
                                last_failure_at = excluded.last_failure_at,
                                reason = excluded.reason, http_status = excluded.http_status,
                                consecutive_failures = excluded.consecutive_failures,
                                dropped = excluded.dropped,
                                since = case when p.url = excluded.url
                                        and (p.consecutive_failures > 0)
                                            = (excluded.consecutive_failures > 0)
                                        and (p.last_success_at is null)
                                            = (excluded.last_success_at is null)
                                    then p.since else excluded.since end
                        """)
                .param("machine", machine)
                .param("session", session)
                .param("rows", AgentJson.MAPPER.writeValueAsString(reports))
                .update();
    }
}
