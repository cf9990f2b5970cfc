package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.provisioner.machine.AddressRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/** Keys are explained in {@code provisioner.yaml}. */
public record SimulatedSettings(
        @DefaultValue(".plimsoll/simulated") Path data,
        @DefaultValue("10.0.0.0/8") String privateRange,
        @DefaultValue("198.18.0.0/15") String ephemeralRange,
        @DefaultValue("5s") Duration heartbeat,
        @DefaultValue("false") boolean agentsElsewhere,
        @DefaultValue List<FaultRule> faults) {

    public SimulatedSettings {
        data = data.toAbsolutePath().normalize();
        faults = List.copyOf(faults);
        var _ = new AddressRange(privateRange);
        var _ = new AddressRange(ephemeralRange);
        if (heartbeat.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.simulated.heartbeat cannot be " + heartbeat);
        }
    }

    /**
     * A fault for the orders that match; what is left out matches every order.
     *
     * @param name a regular expression for the whole name
     * @param address the external address as ordered
     * @param lasting how long after the order; for ever when left out
     */
    public record FaultRule(
            @Nullable String name,
            @Nullable String address,
            Fault fault,
            @Name("for") @Nullable Duration lasting) {

        public FaultRule {
            if (name == null && address == null) {
                throw new IllegalArgumentException(
                        "plimsoll.provisioner.simulated.faults: "
                                + fault.word()
                                + " needs a name or an address to match");
            }
            try {
                var _ = Pattern.compile(name == null ? "" : name);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "plimsoll.provisioner.simulated.faults: not a pattern: " + name, e);
            }
        }
    }
}
