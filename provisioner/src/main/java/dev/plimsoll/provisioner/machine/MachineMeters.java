package dev.plimsoll.provisioner.machine;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How many machines are in which state, as of the last sweep. */
final class MachineMeters {
    private final JdbcClient sql;
    private final MultiGauge machines;

    MachineMeters(JdbcClient sql, MeterRegistry registry) {
        this.sql = sql;
        this.machines =
                MultiGauge.builder("plimsoll.machines")
                        .description("Machines by state")
                        .register(registry);
    }

    void refresh() {
        var rows =
                sql.sql(
                                """
                                select state, count(*) as count from machine
                                where state <> 'DELETED' group by state
                                """)
                        .query((row, _) ->
                                MultiGauge.Row.of(
                                        Tags.of("state", row.getString("state")),
                                        row.getInt("count")))
                        .list();
        machines.register(rows, true);
    }
}
