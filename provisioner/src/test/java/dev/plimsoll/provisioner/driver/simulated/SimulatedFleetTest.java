package dev.plimsoll.provisioner.driver.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.Provisioner;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.FirstPass;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole provisioner with simulated machines. */
class SimulatedFleetTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir Path folder;
    private final Ground ground = new Ground();
    private ConfigurableApplicationContext provisioner;

    @BeforeEach
    void start() {
        provisioner = startProvisioner();
    }

    @AfterEach
    void close() {
        provisioner.close();
        ground.close();
    }

    @Test
    void orderIsServedByTwoAgentsThatSayThatTheyAreSimulated() {
        var id = ground.order("web", Orders.ephemeral(80, "10.0.0.11"));

        awaitReady(id);
        await().atMost(LIMIT).until(() -> ground.condition(id, "REDUNDANT").equals("TRUE STANDBY"));
        assertThat(
                        ground.sql()
                                .sql(
                                        """
                                        select distinct m.driver || ' ' || a.agent_version
                                        from machine m join agent_status a on a.machine_id = m.id
                                        """)
                                .query(String.class)
                                .list())
                .containsExactly("simulated simulated");
    }

    @Test
    void targetsCountAsHealthyBecauseNobodyChecksThem() {
        var id = ground.order("web", Orders.ephemeral(80, "10.0.0.11"));

        await().atMost(LIMIT)
                .until(() -> states(id).equals(List.of("HEALTHY UNCHECKED", "HEALTHY UNCHECKED")));
    }

    @Test
    void vipMovesWhenTheActiveMachineCrashesAndTheMachineIsReplaced() {
        var id = ground.order("web", Orders.ephemeral(80, "10.0.0.11"));
        awaitRedundant(id);
        var before = active(id);

        provisioner.getBean(SimulatedDriver.class).crash(before.getFirst());

        await().atMost(LIMIT).until(() -> !active(id).isEmpty() && !active(id).equals(before));
        awaitRedundant(id);
        assertThat(ground.events(id)).contains("FAILOVER", "MACHINE_REPLACED");
    }

    @Test
    void nextProcessSimulatesTheSameMachinesAgain() {
        var id = ground.order("web", Orders.ephemeral(80, "10.0.0.11"));
        awaitRedundant(id);
        var machines = living(id);
        provisioner.close();

        provisioner = startProvisioner();

        awaitRedundant(id);
        assertThat(living(id)).isEqualTo(machines);
        assertThat(ground.events(id)).doesNotContain("MACHINE_REPLACED");
    }

    @Test
    void agentsFollowAnotherAuthority() {
        var id = ground.order("web", Orders.ephemeral(80, "10.0.0.11"));
        awaitRedundant(id);
        var machines = living(id);

        ground.sql()
                .sql("insert into certificate_authority (id, state) values (:id, 'ORDERED')")
                .param("id", UUID.randomUUID())
                .update();

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(
                                        ground.sql()
                                                .sql(
                                                        """
                                                        select state from certificate_authority
                                                        order by created_at
                                                        """)
                                                .query(String.class)
                                                .list())
                                .containsExactly("RETIRED", "ISSUING"));
        awaitRedundant(id);
        assertThat(living(id)).isEqualTo(machines);
    }

    @Test
    void deletedLoadBalancerLeavesNothing() {
        var id = ground.order("web", Orders.ephemeral(80, "10.0.0.11"));
        awaitReady(id);

        ground.delete(id);

        await().atMost(LIMIT).until(() -> ground.isRemoved(id));
        assertThat(folder.resolve("simulated")).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void labelMakesTheFaultAndAnOrderWithoutItMendsIt(Fault fault) {
        var id = ground.order("web", labelled(80, "simulate-fault", fault.word()));
        await().atMost(LIMIT)
                .until(() -> ground.condition(id, "FEASIBLE").equals("FALSE " + fault.errorType()));
        assertThat(ground.isReady(id)).isFalse();

        ground.update(id, Orders.ephemeral(80, "10.0.0.11"));

        awaitReady(id);
    }

    @Test
    void faultOfAServingLoadBalancerIsMendedToo() {
        var id = ground.order("web", Orders.ephemeral(80, "10.0.0.11"));
        awaitReady(id);
        ground.update(id, labelled(80, "simulate-fault", "port-not-configured"));
        await().atMost(LIMIT)
                .until(() ->
                        ground.condition(id, "FEASIBLE").equals("FALSE TYPE_PORT_NOT_CONFIGURED"));
        assertThat(ground.condition(id, "SERVING")).isEqualTo("TRUE ACTIVE_AGENT");

        ground.update(id, Orders.ephemeral(80, "10.0.0.11"));

        awaitReady(id);
    }

    @ParameterizedTest
    @EnumSource(names = {"FIP_NOT_FOUND", "PORT_NOT_CONFIGURED"})
    void passingFaultPassesByItself(Fault fault) {
        var order =
                Orders.ephemeral(80, "10.0.0.11")
                        .replaceFirst(
                                "\\{",
                                "{\"labels\": {\"simulate-fault\": \"%s\", \"simulate-fault-for\": \"1s\"},"
                                        .formatted(fault.word()));

        var id = ground.order("web", order);

        await().atMost(LIMIT)
                .until(() -> ground.condition(id, "FEASIBLE").equals("FALSE " + fault.errorType()));
        awaitReady(id);
    }

    @Test
    void unknownFaultIsNamed() {
        var id = ground.order("web", labelled(80, "simulate-fault", "no-such-fault"));

        await().atMost(LIMIT)
                .until(() -> ground.condition(id, "FEASIBLE").equals("FALSE TYPE_INTERNAL"));
        assertThat(
                        ground.ask(
                                """
                                select message from condition
                                where type = 'FEASIBLE' and load_balancer_id = :id
                                """,
                                id,
                                String.class))
                .contains("no-such-fault", "fip-not-found");
    }

    private static String labelled(int port, String label, String value) {
        return Orders.ephemeral(port, "10.0.0.11")
                .replaceFirst("\\{", "{\"labels\": {\"%s\": \"%s\"},".formatted(label, value));
    }

    private void awaitReady(LoadBalancerId id) {
        await().atMost(LIMIT).until(() -> ground.isReady(id));
    }

    private void awaitRedundant(LoadBalancerId id) {
        awaitReady(id);
        await().atMost(LIMIT).until(() -> ground.condition(id, "REDUNDANT").equals("TRUE STANDBY"));
    }

    private List<String> states(LoadBalancerId id) {
        return ground.sql()
                .sql(
                        """
                        select state || ' ' || reason from target_health
                        where load_balancer_id = :id
                        """)
                .param("id", id.value())
                .query(String.class)
                .list();
    }

    private List<MachineId> active(LoadBalancerId id) {
        return machines(id, "state = 'ACTIVE'");
    }

    private List<MachineId> living(LoadBalancerId id) {
        return machines(id, "state <> 'DELETED'");
    }

    private List<MachineId> machines(LoadBalancerId id, String which) {
        return ground.sql()
                .sql(
                        "select id from machine where load_balancer_id = :id and "
                                + which
                                + " order by slot")
                .param("id", id.value())
                .query((row, _) -> new MachineId(row.getObject(1, UUID.class)))
                .list();
    }

    private ConfigurableApplicationContext startProvisioner() {
        var database = (HikariDataSource) ground.database();
        var started =
                new SpringApplicationBuilder(Provisioner.class)
                        .properties("spring.config.name=provisioner", "spring.main.banner-mode=off")
                        .run(
                                "--spring.datasource.url=" + database.getJdbcUrl(),
                                "--spring.datasource.username=" + database.getUsername(),
                                "--spring.datasource.password=" + database.getPassword(),
                                "--plimsoll.provisioner.secret-key-file="
                                        + folder.resolve("secret.key"),
                                "--plimsoll.provisioner.work.max-delay=300ms",
                                "--plimsoll.provisioner.gateway.max-repush=300ms",
                                "--plimsoll.provisioner.ca.renew-within=200ms",
                                "--plimsoll.provisioner.simulated.heartbeat=500ms",
                                "--plimsoll.provisioner.driver=simulated",
                                "--plimsoll.provisioner.simulated.data="
                                        + folder.resolve("simulated"));
        assertThat(started.getBean(FirstPass.class)).isNotNull();
        return started;
    }
}
