package dev.plimsoll.standalone;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Command-line options: {@code --name value}, or {@code --name} alone for a switch. */
record Options(Map<String, String> values) {
    private static final Set<String> WITH_VALUE =
            Set.of(
                    "data",
                    "port",
                    "driver",
                    "active-pid",
                    "agent-home",
                    "address",
                    "network",
                    "namespace",
                    "launcher",
                    "launcher-data");
    private static final Set<String> SWITCHES = Set.of("json", "foreground");

    static Options of(String... args) {
        var values = new HashMap<String, String>();
        for (int i = 0; i < args.length; i++) {
            var name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (SWITCHES.contains(name)) {
                values.put(name, "");
            } else if (WITH_VALUE.contains(name) && i + 1 < args.length) {
                values.put(name, args[++i]);
            } else if (WITH_VALUE.contains(name)) {
                throw new CommandFailed("option " + args[i] + " needs a value");
            } else {
                throw new CommandFailed("no such option: " + args[i]);
            }
        }
        return new Options(Map.copyOf(values));
    }

    Options with(String name, String value) {
        var more = new HashMap<>(values);
        more.put(name, value);
        return new Options(Map.copyOf(more));
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    Path path(String name, Path otherwise) {
        var value = values.get(name);
        return (value == null ? otherwise : Path.of(value)).toAbsolutePath().normalize();
    }

    Optional<Driver> driver() {
        return Optional.ofNullable(values.get("driver")).map(Driver::of);
    }

    /** A TCP port, 0 for any. */
    OptionalInt port(String name) {
        var value = values.get(name);
        if (value == null) {
            return OptionalInt.empty();
        }
        try {
            var port = Integer.parseInt(value);
            if (port >= 0 && port <= 65535) {
                return OptionalInt.of(port);
            }
        } catch (NumberFormatException e) {
            throw new CommandFailed("--" + name + " takes a number from 0 to 65535: " + value, e);
        }
        throw new CommandFailed("--" + name + " takes a number from 0 to 65535: " + value);
    }
}
