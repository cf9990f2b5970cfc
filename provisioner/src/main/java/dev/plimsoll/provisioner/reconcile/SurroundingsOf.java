package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.AddressRange;
import dev.plimsoll.provisioner.machine.Arrangement.Group;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.Network;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.sql.Array;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what the network has of a load balancer. Empty where the driver has no networks. */
final class SurroundingsOf {
    private final JdbcClient sql;
    private final MachineDriver driver;

    SurroundingsOf(JdbcClient sql, MachineDriver driver) {
        this.sql = sql;
        this.driver = driver;
    }

    Optional<Surroundings> of(Desired.Served desired) {
        return driver.networking()
                .map(networking ->
                        new Surroundings(
                                network(desired),
                                group(desired.id(), "LOAD_BALANCER"),
                                group(desired.id(), "TARGET"),
                                networking.arranged(desired.id()).orElse(null)));
    }

    Optional<AddressRange> privateAddresses(Desired.Served desired) {
        return driver.networking().map(networking -> networking.privateAddresses(network(desired)));
    }

    private Network network(Desired.Served desired) {
        var id = desired.spec().networks().getFirst().networkId();
        var cidrs =
                sql.sql(
                                """
                                select cidrs::text[] from network
                                where project_id = :project and network_id = :id
                                """)
                        .param("project", desired.project())
                        .param("id", id)
                        .query((row, _) -> texts(row.getArray(1)))
                        .optional();
        return new Network(id, cidrs.orElseGet(List::of));
    }

    private Group group(LoadBalancerId loadBalancer, String kind) {
        return sql.sql(
                        """
                        select id, name from security_group
                        where load_balancer_id = :id and kind = :kind
                        """)
                .param("id", loadBalancer.value())
                .param("kind", kind)
                .query((row, _) ->
                        new Group(row.getObject("id", UUID.class), row.getString("name")))
                .single();
    }

    private static List<String> texts(Array array) throws SQLException {
        return Arrays.stream((Object[]) array.getArray()).map(String::valueOf).toList();
    }
}
