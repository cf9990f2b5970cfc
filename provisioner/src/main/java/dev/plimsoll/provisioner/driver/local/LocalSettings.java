package dev.plimsoll.provisioner.driver.local;

import dev.plimsoll.provisioner.driver.process.AgentProgram;
import dev.plimsoll.provisioner.driver.process.Pulse;
import dev.plimsoll.provisioner.machine.AddressRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code provisioner.yaml}. */
public record LocalSettings(
        Path data,
        Path agentHome,
        @Nullable Path java,
        @DefaultValue List<String> extraJvmArgs,
        @DefaultValue("127.64.0.0/12") String privateRange,
        @DefaultValue("127.80.0.0/12") String ephemeralRange,
        @DefaultValue("2s") Duration stopGrace,
        @DefaultValue("100ms") Duration watch,
        @DefaultValue("1s") Duration hung,
        @DefaultValue Silence silence) {

    /** See {@link Pulse.Patience}. */
    public record Silence(
            @DefaultValue("5s") Duration every,
            @DefaultValue("5s") Duration timeout,
            @DefaultValue("3") int failures) {}

    public LocalSettings {
        extraJvmArgs = List.copyOf(extraJvmArgs);
        data = data.toAbsolutePath().normalize();
        agentHome = agentHome.toAbsolutePath().normalize();
        var _ = new AddressRange(privateRange);
        var _ = new AddressRange(ephemeralRange);
        if (stopGrace.isNegative() || stopGrace.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.local.stop-grace must lie between 0 and 60 s, not "
                            + stopGrace);
        }
    }

    Pulse.Patience pulse() {
        return new Pulse.Patience(silence.every(), silence.timeout(), silence.failures());
    }

    /** This JVM's own unless another is named. */
    Path javaProgram() {
        return AgentProgram.javaOr(java);
    }
}
