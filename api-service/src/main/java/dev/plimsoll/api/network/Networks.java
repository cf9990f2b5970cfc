package dev.plimsoll.api.network;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** The networks that operators have told of. */
@Service
public class Networks {
    private static final String SELECT =
            """
            SELECT network_id, name, array_to_string(cidrs, ',') AS cidrs FROM network
            WHERE project_id = :project
            """;

    private final Transactions transactions;
    private final Audit audit;
    private final JdbcClient jdbc;

    Networks(Transactions transactions, Audit audit, JdbcClient jdbc) {
        this.transactions = transactions;
        this.audit = audit;
        this.jdbc = jdbc;
    }

    public List<Network> list(UUID projectId) {
        requireProject(projectId);
        return jdbc.sql(SELECT + "ORDER BY network_id")
                .param("project", projectId)
                .query(Networks::network)
                .list();
    }

    public Optional<Network> find(UUID projectId, UUID networkId) {
        return jdbc.sql(SELECT + "AND network_id = :network")
                .param("project", projectId)
                .param("network", networkId)
                .query(Networks::network)
                .optional();
    }

    public Network put(UUID projectId, Network network, Origin origin) {
        return transactions.run(() -> {
            requireProject(projectId);
            network.check();
            jdbc.sql(
                            """
                            INSERT INTO network (project_id, network_id, name, cidrs)
                            VALUES (:project, :network, :name,
                                string_to_array(:cidrs, ',')::cidr[])
                            ON CONFLICT (project_id, network_id) DO UPDATE
                                SET name = excluded.name, cidrs = excluded.cidrs
                            """)
                    .param("project", projectId)
                    .param("network", network.id())
                    .param("name", network.name())
                    .param("cidrs", String.join(",", network.cidrs()))
                    .update();
            record(
                    origin,
                    projectId,
                    network.id(),
                    "put",
                    Map.of("name", network.name(), "cidrs", network.cidrs()));
            return network;
        });
    }

    /** Succeeds where there is none. */
    public void delete(UUID projectId, UUID networkId, Origin origin) {
        var _ =
                transactions.run(() -> {
                    requireProject(projectId);
                    int deleted =
                            jdbc.sql(
                                            """
                                            DELETE FROM network
                                            WHERE project_id = :project AND network_id = :network
                                            """)
                                    .param("project", projectId)
                                    .param("network", networkId)
                                    .update();
                    if (deleted > 0) {
                        record(origin, projectId, networkId, "delete", Map.of());
                    }
                    return deleted;
                });
    }

    private void requireProject(UUID projectId) {
        var _ =
                jdbc.sql("SELECT 1 FROM project WHERE id = :project")
                        .param("project", projectId)
                        .query(Integer.class)
                        .optional()
                        .orElseThrow(() -> new DomainFailure.NotFound("project not found"));
    }

    private void record(
            Origin origin, UUID projectId, UUID networkId, String verb, Map<String, ?> details) {
        audit.record(origin, projectId, "network." + verb, "networks/" + networkId, details);
    }

    private static Network network(ResultSet row, int rowNumber) throws SQLException {
        return new Network(
                row.getObject("network_id", UUID.class),
                row.getString("name"),
                List.of(row.getString("cidrs").split(",")));
    }
}
