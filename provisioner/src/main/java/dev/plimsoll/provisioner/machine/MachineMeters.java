package dev.plimsoll.provisioner.machine;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What there is of machines and load balancers in the whole installation, as of the last sweep;
 * every provisioner says the same.
 */
final class MachineMeters {
    private final JdbcClient sql;
    private final MultiGauge machines;
    private final MultiGauge failing;
    private volatile double silentAgents;
    private volatile double certificateSeconds = Double.NaN;

    MachineMeters(JdbcClient sql, MeterRegistry registry) {
        this.sql = sql;
        this.machines =
                MultiGauge.builder("plimsoll.machines")
                        .description("Machines by state")
                        .register(registry);
        this.failing =
                MultiGauge.builder("plimsoll.load.balancers.failing")
                        .description("Load balancers of which a condition does not hold")
                        .register(registry);
        Gauge.builder("plimsoll.agents.silent", this, it -> it.silentAgents)
                .description("Machines in use whose agents have no control stream")
                .register(registry);
        Gauge.builder("plimsoll.certificates.left", this, it -> it.certificateSeconds)
                .description("Until the first agent's certificate ends that was not renewed")
                .baseUnit("seconds")
                .register(registry);
    }

    void refresh() {
        machines.register(
                sql.sql(
                                """
                                select t.state, count(m.id) as count
                                from (values ('INTENT'), ('CREATING'), ('ENROLLED'), ('STANDBY'),
                                             ('ACTIVE'), ('DRAINING')) t (state)
                                left join machine m on m.state = t.state
                                group by t.state
                                """)
                        .query((row, _) ->
                                MultiGauge.Row.of(
                                        Tags.of("state", row.getString("state")),
                                        row.getInt("count")))
                        .list(),
                true);
        failing.register(
                sql.sql(
                                """
                                select t.type, count(l.id) as count
                                from (values ('FEASIBLE'), ('SERVING'), ('APPLIED'), ('REDUNDANT')) t (type)
                                left join condition c on c.type = t.type and c.status = 'FALSE'
                                left join load_balancer l on l.id = c.load_balancer_id
                                    and l.deletion_requested_at is null
                                group by t.type
                                """)
                        .query((row, _) ->
                                MultiGauge.Row.of(
                                        Tags.of("condition", row.getString("type")),
                                        row.getInt("count")))
                        .list(),
                true);
        silentAgents =
                sql.sql(
                                """
                                select count(*) from machine m
                                left join agent_status a on a.machine_id = m.id
                                where m.state in ('ENROLLED', 'STANDBY', 'ACTIVE')
                                  and not coalesce(a.connected, false)
                                """)
                        .query(Integer.class)
                        .single();
        certificateSeconds =
                sql.sql(
                                """
                                select extract(epoch from min(ends) - clock_timestamp()) from (
                                    select max(c.not_after) as ends
                                    from agent_certificate c join machine m on m.id = c.machine_id
                                    where m.state <> 'DELETED' and c.revoked_at is null
                                    group by c.machine_id) newest
                                """)
                        .query((row, _) -> {
                            var seconds = row.getDouble(1);
                            return row.wasNull() ? Double.NaN : seconds;
                        })
                        .single();
    }
}
