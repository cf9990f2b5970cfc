package dev.plimsoll.provisioner;

import dev.plimsoll.provisioner.ca.CaSettings;
import dev.plimsoll.provisioner.driver.local.LocalSettings;
import dev.plimsoll.provisioner.driver.netns.NetnsSettings;
import dev.plimsoll.provisioner.driver.simulated.SimulatedSettings;
import dev.plimsoll.provisioner.gateway.GatewaySettings;
import dev.plimsoll.provisioner.machine.BrakeSettings;
import dev.plimsoll.provisioner.push.PushSettings;
import dev.plimsoll.provisioner.reconcile.MoveSettings;
import dev.plimsoll.provisioner.work.WorkSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code provisioner.yaml}. */
@ConfigurationProperties("plimsoll.provisioner")
record ProvisionerSettings(
        @DefaultValue("provisioner") String instance,
        Path secretKeyFile,
        @DefaultValue List<Path> olderSecretKeyFiles,
        @DefaultValue("30s") Duration janitor,
        @DefaultValue Management management,
        @DefaultValue WorkSettings work,
        @DefaultValue CaSettings ca,
        @DefaultValue GatewaySettings gateway,
        @DefaultValue PushSettings push,
        @DefaultValue MoveSettings moves,
        @DefaultValue BrakeSettings brake,
        @DefaultValue("local") Driver driver,
        @DefaultValue("10s") Duration driverDeadline,
        LocalSettings local,
        @DefaultValue NetnsSettings netns,
        @DefaultValue SimulatedSettings simulated) {

    private static final Duration TO_KILL = Duration.ofSeconds(3);

    /** What makes machines. */
    enum Driver {
        LOCAL,
        NETNS,
        SIMULATED
    }

    /** Where operators find what it counts. */
    record Management(@DefaultValue("127.0.0.1") String bind, @DefaultValue("8082") int port) {
        Management {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(
                        "plimsoll.provisioner.management.port cannot be " + port);
            }
        }
    }

    ProvisionerSettings {
        olderSecretKeyFiles = List.copyOf(olderSecretKeyFiles);
        if (instance.isBlank()) {
            throw new IllegalArgumentException("plimsoll.provisioner.instance is empty");
        }
        if (driverDeadline.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.driver-deadline cannot be " + driverDeadline);
        }
        if (driver == Driver.LOCAL
                && driverDeadline.minus(local.stopGrace()).compareTo(TO_KILL) < 0) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.driver-deadline must be %d s longer than local.stop-grace"
                            .formatted(TO_KILL.toSeconds()));
        }
        if (janitor.toMillis() < 100) {
            throw new IllegalArgumentException("plimsoll.provisioner.janitor cannot be " + janitor);
        }
    }
}
