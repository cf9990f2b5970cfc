package dev.plimsoll.provisioner.driver.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.provisioner.machine.ServiceOrder;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class FaultsTest {
    private static final LoadBalancerId ID = new LoadBalancerId(new UUID(0, 1));

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Faults faults =
            new Faults(
                    settings(
                                    Map.of(
                                            "faults[0].name", "broken-.*",
                                            "faults[0].fault", "port-not-configured",
                                            "faults[0].for", "10s",
                                            "faults[1].address", "192.0.2.9",
                                            "faults[1].fault", "fip-not-found"))
                            .faults(),
                    () -> now);

    @Test
    void configuredRulesMatchWholeNamesAndAddresses() {
        assertThat(faults.meet(order("broken-1", 1, null))).contains(Fault.PORT_NOT_CONFIGURED);
        assertThat(faults.meet(order("unbroken-1", 1, null))).isEmpty();
        assertThat(faults.meet(order("web", 1, "192.0.2.9"))).contains(Fault.FIP_NOT_FOUND);
        assertThat(faults.meet(order("web", 1, "192.0.2.8"))).isEmpty();
    }

    @Test
    void ruleThatLastsForATimeStrikesEachOrderOnce() {
        var order = order("broken-1", 1, null);
        assertThat(faults.meet(order)).contains(Fault.PORT_NOT_CONFIGURED);
        now = now.plus(Duration.ofSeconds(10));
        assertThat(faults.meet(order)).isEmpty();
        assertThat(faults.meet(order("broken-1", 2, null))).contains(Fault.PORT_NOT_CONFIGURED);
    }

    @Test
    void labelComesBeforeTheNameAndTheNameBeforeTheRules() {
        var labels = Map.of(Faults.LABEL, "internal");
        assertThat(faults.meet(order("simulate-ip-exhausted", 1, "192.0.2.9", labels)))
                .contains(Fault.INTERNAL);
        assertThat(faults.meet(order("simulate-ip-exhausted", 2, "192.0.2.9")))
                .contains(Fault.IP_EXHAUSTED);
    }

    @Test
    void ruleThatMatchesEverythingOrNothingIsRefusedAtTheStart() {
        assertThatThrownBy(() -> settings(Map.of("faults[0].fault", "internal")))
                .isInstanceOf(BindException.class)
                .hasStackTraceContaining("internal needs a name or an address to match");
        assertThatThrownBy(() ->
                        settings(
                                Map.of(
                                        "faults[0].fault", "internal",
                                        "faults[0].name", "(")))
                .isInstanceOf(BindException.class)
                .hasStackTraceContaining("not a pattern: (");
        assertThatThrownBy(() ->
                        settings(
                                Map.of(
                                        "faults[0].fault", "no-such",
                                        "faults[0].name", "a")))
                .isInstanceOf(BindException.class);
    }

    private static SimulatedSettings settings(Map<String, String> keys) {
        var source = new HashMap<String, String>();
        keys.forEach((key, value) -> source.put("simulated." + key, value));
        return new Binder(new MapConfigurationPropertySource(source))
                .bindOrCreate("simulated", SimulatedSettings.class);
    }

    private static ServiceOrder order(String name, long generation, @Nullable String address) {
        return order(name, generation, address, Map.of());
    }

    private static ServiceOrder order(
            String name, long generation, @Nullable String address, Map<String, String> labels) {
        return new ServiceOrder(ID, generation, name, labels, address, true);
    }
}
