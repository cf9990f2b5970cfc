package dev.plimsoll.api.brake;

import dev.plimsoll.api.read.Rows;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * The installation's one brake. The provisioner engages it, and sees within a second that it is
 * released.
 */
@Service
public class Brakes {
    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final Audit audit;

    Brakes(JdbcClient jdbc, Transactions transactions, Audit audit) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = audit;
    }

    public BrakeView get() {
        return jdbc.sql(
                        """
                        SELECT engaged_at, dead, places, allowed, released_at, released_by
                        FROM brake
                        """)
                .query((row, _) ->
                        new BrakeView(
                                Rows.instant(row, "engaged_at"),
                                row.getInt("dead"),
                                row.getInt("places"),
                                row.getInt("allowed"),
                                Rows.instant(row, "released_at"),
                                row.getString("released_by")))
                .single();
    }

    public BrakeView release(Origin origin) {
        return transactions.run(() -> {
            jdbc.sql("UPDATE brake SET released_at = clock_timestamp(), released_by = :author")
                    .param("author", origin.author())
                    .update();
            var brake = get();
            audit.record(origin, null, "brake.release", "brake", Map.of("dead", brake.dead()));
            return brake;
        });
    }
}
