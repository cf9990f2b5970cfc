package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.client.model.AgentReport;
import dev.plimsoll.client.model.LoadBalancer;
import dev.plimsoll.client.model.LoadBalancerError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An installation without a data plane, for tests of clients: they can meet every error. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimulatedTest {
    @TempDir static Path folder;
    private Installation installation;
    private Tenant tenant;
    private String welcome;

    @BeforeAll
    void up() throws Exception {
        installation = new Installation(folder.resolve("data"));
        var said = installation.plimsoll("up", "--port", "0", "--driver", "simulated");
        assertThat(said.exit()).as(said.text()).isZero();
        welcome = said.text();
        tenant = new Tenant(installation);
    }

    @AfterAll
    void down() throws Exception {
        installation.close();
    }

    @Test
    void nobodyIsToldThatTrafficFlows() throws Exception {
        tenant.orderSimulated("says-so", Map.of());
        tenant.awaitReady("says-so");

        assertThat(welcome).contains("simulated", "no traffic").doesNotContain("for i in");
        assertThat(tenant.status("says-so").getAgents())
                .extracting(AgentReport::getDriver, AgentReport::getAgentVersion)
                .contains(org.assertj.core.groups.Tuple.tuple("simulated", "simulated"));
        assertThat(installation.status().path("driver").asText()).isEqualTo("simulated");
        assertThat(installation.plimsoll("status", "--active-pid", "says-so").text())
                .contains("no active agent's process");
    }

    /** Fails for an error type that the API has and nobody can provoke. */
    @ParameterizedTest
    @MethodSource
    void everyErrorCanBeMetAndMended(LoadBalancerError.TypeEnum type) throws Exception {
        var fault =
                type.getValue()
                        .substring("TYPE_".length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '-');
        var name = "meets-" + fault;
        tenant.orderSimulated(name, Map.of("simulate-fault", fault));

        var broken = awaitStatus(name, LoadBalancer.StatusEnum.STATUS_ERROR);
        assertThat(broken.getErrors()).extracting(LoadBalancerError::getType).containsExactly(type);
        assertThat(broken.getErrors().getFirst().getDescription()).isNotBlank();

        tenant.label(name, Map.of());

        assertThat(awaitStatus(name, LoadBalancer.StatusEnum.STATUS_READY).getErrors())
                .isNullOrEmpty();
    }

    static Stream<LoadBalancerError.TypeEnum> everyErrorCanBeMetAndMended() {
        return Stream.of(LoadBalancerError.TypeEnum.values())
                .filter(type -> type != LoadBalancerError.TypeEnum.TYPE_UNSPECIFIED);
    }

    @Test
    void nameAloneMakesAFaultToo() throws Exception {
        tenant.orderSimulated("simulate-ip-exhausted-1", Map.of());

        assertThat(
                        awaitStatus("simulate-ip-exhausted-1", LoadBalancer.StatusEnum.STATUS_ERROR)
                                .getErrors())
                .extracting(LoadBalancerError::getType)
                .containsExactly(LoadBalancerError.TypeEnum.TYPE_IP_EXHAUSTED);
    }

    @Test
    void passingFaultPassesByItself() throws Exception {
        tenant.orderSimulated(
                "passing", Map.of("simulate-fault", "fip-not-found", "simulate-fault-for", "1s"));

        awaitStatus("passing", LoadBalancer.StatusEnum.STATUS_ERROR);
        awaitStatus("passing", LoadBalancer.StatusEnum.STATUS_READY);
    }

    @Test
    void dataOfOneDriverCannotMoveToAnother() throws Exception {
        var other = new Installation(folder.resolve("other"));
        other.plimsoll("up", "--port", "0", "--driver", "simulated");
        other.close();

        var said = other.plimsoll("up", "--port", "0", "--driver", "local");
        other.close();

        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.text()).contains("belong to the driver simulated", "--data");
    }

    private LoadBalancer awaitStatus(String name, LoadBalancer.StatusEnum status) {
        await(name + " is " + status)
                .atMost(Installation.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> tenant.get(name).getStatus() == status);
        return tenant.get(name);
    }
}
