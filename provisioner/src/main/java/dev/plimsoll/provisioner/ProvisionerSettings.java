package dev.plimsoll.provisioner;

import dev.plimsoll.provisioner.ca.CaSettings;
import dev.plimsoll.provisioner.driver.local.LocalSettings;
import dev.plimsoll.provisioner.driver.netns.NetnsSettings;
import dev.plimsoll.provisioner.driver.simulated.SimulatedSettings;
import dev.plimsoll.provisioner.gateway.GatewaySettings;
import dev.plimsoll.provisioner.machine.BrakeSettings;
import dev.plimsoll.provisioner.reconcile.MoveSettings;
import dev.plimsoll.provisioner.work.WorkSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code provisioner.yaml}. */
@ConfigurationProperties("plimsoll.provisioner")
record ProvisionerSettings(
        @DefaultValue("provisioner") String instance,
        Path secretKeyFile,
        @DefaultValue("30s") Duration janitor,
        @DefaultValue WorkSettings work,
        @DefaultValue CaSettings ca,
        @DefaultValue GatewaySettings gateway,
        @DefaultValue MoveSettings moves,
        @DefaultValue BrakeSettings brake,
        @DefaultValue("local") Driver driver,
        LocalSettings local,
        @DefaultValue NetnsSettings netns,
        @DefaultValue SimulatedSettings simulated) {

    /** What makes machines. */
    enum Driver {
        LOCAL,
        NETNS,
        SIMULATED
    }

    ProvisionerSettings {
        if (instance.isBlank()) {
            throw new IllegalArgumentException("plimsoll.provisioner.instance is empty");
        }
        if (janitor.toMillis() < 100) {
            throw new IllegalArgumentException("plimsoll.provisioner.janitor cannot be " + janitor);
        }
    }
}
