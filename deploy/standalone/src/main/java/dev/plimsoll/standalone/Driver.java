package dev.plimsoll.standalone;

import java.util.Arrays;
import java.util.Locale;
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

    /** Whether requests can be sent through its load balancers. */
    boolean forwards() {
        return this == LOCAL;
    }
}
