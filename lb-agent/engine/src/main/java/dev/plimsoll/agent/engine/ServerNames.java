package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.Snapshot.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of the listeners that share a port a server name belongs to: the one that has the very
 * name, else the one with the longest {@code *.} that covers it, however many labels deep, else the
 * one without names.
 */
final class ServerNames {
    private final Map<String, Route> exact = new HashMap<>();
    private final Map<String, Route> below = new HashMap<>();
    private @Nullable Route otherwise;

    static ServerNames of(List<Route> routes) {
        var names = new ServerNames();
        routes.forEach(names::add);
        return names;
    }

    private void add(Route route) {
        var serverNames = route.listener().serverNames();
        if (serverNames.isEmpty()) {
            otherwise = route;
        }
        for (var serverName : serverNames) {
            var name = canonical(serverName);
            if (name.startsWith("*.")) {
                below.put(name.substring(2), route);
            } else {
                exact.put(name, route);
            }
        }
    }

    static String canonical(String serverName) {
        var name = serverName.toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /**
     * @param serverName canonical; null if the client gave none
     */
    @Nullable Route route(@Nullable String serverName) {
        if (serverName == null) {
            return otherwise;
        }
        var route = exact.get(serverName);
        if (below.isEmpty()) {
            return route == null ? otherwise : route;
        }
        for (int dot = serverName.indexOf('.');
                route == null && dot >= 0;
                dot = serverName.indexOf('.', dot + 1)) {
            route = below.get(serverName.substring(dot + 1));
        }
        return route == null ? otherwise : route;
    }
}
