package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.BrakeSettings;
import dev.plimsoll.provisioner.machine.MachineDriver;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What holds for the machines of all load balancers at the moment. */
final class Upkeeps {
    private final JdbcClient sql;
    private final MachineDriver driver;
    private final MoveSettings moves;
    private final BrakeSettings brake;

    Upkeeps(DataSource database, MachineDriver driver, MoveSettings moves, BrakeSettings brake) {
        this.sql = JdbcClient.create(database);
        this.driver = driver;
        this.moves = moves;
        this.brake = brake;
    }

    Observed.Upkeep of(Desired desired) {
        var present = present();
        return new Observed.Upkeep(
                moves,
                brake.enabled() && present.engaged(),
                brake.gatherAmong(present.places()),
                switch (desired) {
                    case Desired.Gone _ -> "";
                    case Desired.Served served -> driver.shape(served.maxConnections());
                },
                driver.agentVersion().orElse(null));
    }

    private Present present() {
        return sql.sql("select engaged_at is not null as engaged, places from brake")
                .query(Present.class)
                .optional()
                .orElse(Present.NONE);
    }

    private record Present(boolean engaged, int places) {
        static final Present NONE = new Present(false, 0);
    }
}
