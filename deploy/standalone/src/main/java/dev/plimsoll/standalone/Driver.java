package dev.plimsoll.standalone;

import dev.plimsoll.provisioner.driver.netns.Host;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an installation's machines are. Chosen at its first start, for good. */
enum Driver {
    LOCAL,
    NETNS,
    SIMULATED;

    /** Where machines find the provisioner. */
    private static final String GATEWAY = "100.64.0.1";

    static Driver of(String name) {
        return Arrays.stream(values())
                .filter(driver -> driver.word().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new CommandFailed(
                                "no such driver: %s (there are %s)"
                                        .formatted(
                                                name,
                                                Arrays.stream(values())
                                                        .map(Driver::word)
                                                        .collect(Collectors.joining(", ")))));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Settings beyond those of any run. A machine that is a process is slow to start, so few at a
     * time are best; a simulated one costs milliseconds, most of them spent waiting for the
     * database.
     */
    Map<String, Object> properties() {
        return switch (this) {
            case LOCAL -> Map.of();
            case NETNS ->
                    Map.of(
                            "plimsoll.provisioner.gateway.bind",
                            GATEWAY,
                            "plimsoll.provisioner.gateway.host",
                            GATEWAY);
            case SIMULATED ->
                    Map.of(
                            "plimsoll.provisioner.work.workers", 8,
                            "plimsoll.provisioner.work.per-project", 8,
                            "plimsoll.provisioner.gateway.database-calls", 8);
        };
    }

    /** Whether the demo targets on loopback can be reached through its load balancers. */
    boolean forwards() {
        return this == LOCAL;
    }

    /** Says what this host lacks for it. */
    Optional<String> missing() {
        return this == NETNS ? Host.missing() : Optional.empty();
    }
}
