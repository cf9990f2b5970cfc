package dev.plimsoll.api.work;

import dev.plimsoll.api.read.Conditions;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The provisioner's queue, for reading. */
@Repository
public class WorkItems {
    private static final String SELECT =
            """
            SELECT w.load_balancer_id, w.project_id, lb.region_id, lb.name, w.reason,
                   w.enqueued_at, w.attempt, w.not_before, w.waiting_for, w.waiting_since,
                   w.lease_owner, w.lease_epoch, w.lease_until
            FROM work_item w JOIN load_balancer lb ON lb.id = w.load_balancer_id
            WHERE
            """;

    private final JdbcClient jdbc;

    WorkItems(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In the order of the load balancers' ids. */
    public Page<WorkItem> list(int size, @Nullable String pageId) {
        var conditions =
                new Conditions()
                        .and(
                                "w.load_balancer_id > :after",
                                "after",
                                pageId == null ? null : Cursor.uuid(pageId));
        var found =
                jdbc.sql(SELECT + conditions.sql() + " ORDER BY w.load_balancer_id LIMIT :most")
                        .params(conditions.parameters())
                        .param("most", size + 1)
                        .query(WorkItems::item)
                        .list();
        return Page.of(found, size, item -> Cursor.of(item.loadBalancerId()));
    }

    private static WorkItem item(ResultSet row, int rowNumber) throws SQLException {
        var owner = row.getString("lease_owner");
        return new WorkItem(
                Rows.uuid(row, "load_balancer_id"),
                Rows.uuid(row, "project_id"),
                row.getString("region_id"),
                row.getString("name"),
                row.getString("reason"),
                Rows.knownInstant(row, "enqueued_at"),
                row.getInt("attempt"),
                Rows.knownInstant(row, "not_before"),
                row.getString("waiting_for"),
                Rows.instant(row, "waiting_since"),
                owner == null
                        ? null
                        : new WorkItem.Lease(
                                owner,
                                row.getLong("lease_epoch"),
                                Rows.knownInstant(row, "lease_until")));
    }
}
