package dev.plimsoll.standalone;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What an installation's machines are. Chosen at its first start, for good. */
enum Driver {
    LOCAL,
    SIMULATED;

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
            case SIMULATED ->
                    Map.of(
                            "plimsoll.provisioner.work.workers", 8,
                            "plimsoll.provisioner.work.per-project", 8,
                            "plimsoll.provisioner.gateway.database-calls", 8);
        };
    }

    /** Whether requests can be sent through its load balancers. */
    boolean forwards() {
        return this == LOCAL;
    }
}
