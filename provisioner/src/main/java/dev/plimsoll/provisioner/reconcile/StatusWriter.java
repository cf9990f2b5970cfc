package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.work.Lease;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Writes a verdict down, once, at the end of a pass. */
final class StatusWriter {
    private static final JsonMapper JSON = new JsonMapper();

    private StatusWriter() {}

    static void write(Lease lease, Observed.Status before, Verdict verdict) {
        if (!verdict.differsFrom(before)) {
            return;
        }
        lease.fenced(sql -> {
            verdict.conditions().values().stream()
                    .filter(now -> !now.equals(before.conditions().get(now.type())))
                    .forEach(now -> write(sql, lease.loadBalancer(), now));
            verdict.states().entrySet().stream()
                    .filter(change -> change.getValue() == Observed.State.ACTIVE)
                    .forEach(change -> Failovers.note(sql, lease, change.getKey()));
            verdict.states()
                    .forEach((machine, state) ->
                            sql.sql(
                                            """
                                            update machine set state = :state,
                                                state_since = clock_timestamp(),
                                                last_active_at = case when :state = 'ACTIVE'
                                                    then clock_timestamp()
                                                    else last_active_at end
                                            where id = :id and state not in
                                                ('DRAINING', 'DELETED')
                                            """)
                                    .param("state", state.name())
                                    .param("id", machine.id().value())
                                    .update());
            sql.sql(
                            """
                            update load_balancer
                            set observed_generation = :generation,
                                first_ready_at = case when :ready
                                    then coalesce(first_ready_at, clock_timestamp())
                                    else first_ready_at end
                            where id = :id
                            """)
                    .param("generation", verdict.observedGeneration())
                    .param("ready", verdict.isReady())
                    .param("id", lease.loadBalancer().value())
                    .update();
            for (var event : verdict.events()) {
                write(sql, lease.project(), lease.loadBalancer(), event);
            }
            announce(sql, lease.loadBalancer());
        });
    }

    static void write(JdbcClient sql, UUID project, LoadBalancerId loadBalancer, Event event) {
        sql.sql(
                        """
                        insert into event (project_id, load_balancer_id, type, message, details)
                        values (:project, :id, :type, :message, :details::jsonb)
                        """)
                .param("project", project)
                .param("id", loadBalancer.value())
                .param("type", event.type().name())
                .param("message", event.message())
                .param("details", JSON.writeValueAsString(event.details()))
                .update();
    }

    /** Wakes whoever waits for the status to change. */
    static void announce(JdbcClient sql, LoadBalancerId loadBalancer) {
        sql.sql("select pg_notify('plimsoll_status', :id)")
                .param("id", loadBalancer.toString())
                .query()
                .listOfRows();
    }

    /** {@code since} stays as long as the condition's status does, whatever the reason. */
    private static void write(JdbcClient sql, LoadBalancerId loadBalancer, Condition condition) {
        sql.sql(
                        """
                        insert into condition as c (load_balancer_id, type, status, reason, message,
                            generation, since)
                        values (:id, :type, :status, :reason, :message, :generation,
                            clock_timestamp())
                        on conflict (load_balancer_id, type) do update
                            set status = excluded.status, reason = excluded.reason,
                                message = excluded.message, generation = excluded.generation,
                                since = case when c.status = excluded.status
                                    then c.since else excluded.since end
                        """)
                .param("id", loadBalancer.value())
                .param("type", condition.type().name())
                .param("status", condition.status().name())
                .param("reason", condition.reason())
                .param("message", condition.message())
                .param("generation", condition.generation())
                .update();
    }
}
