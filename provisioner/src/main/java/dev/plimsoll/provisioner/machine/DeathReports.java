package dev.plimsoll.provisioner.machine;

import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Asks for a look at the load balancer of each machine that died. */
public final class DeathReports implements Consumer<MachineId> {
    private final JdbcClient sql;

    public DeathReports(DataSource database) {
        this.sql = JdbcClient.create(database);
    }

    @Override
    public void accept(MachineId machine) {
        sql.sql(
                        """
                        select enqueue_work(load_balancer_id, 'MACHINE_DIED') from machine
                        where id = :id and state <> 'DELETED'
                        """)
                .param("id", machine.value())
                .query()
                .listOfRows();
    }
}
