package dev.plimsoll.agent.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One loop's connections that came before any target of their pool had its first verdict. They try
 * again, in their order, with every verdict and every configuration.
 */
final class Parking {
    private final Set<Connection> parked = new LinkedHashSet<>();

    void add(Connection connection) {
        parked.add(connection);
    }

    void remove(Connection connection) {
        parked.remove(connection);
    }

    void retryAll() {
        if (!parked.isEmpty()) {
            new ArrayList<>(parked).forEach(Connection::retry);
        }
    }
}
