package dev.plimsoll.provisioner.gateway;

import java.util.UUID;

/** Ids of streams as a gateway of that name gives them. */
public final class TestSessions {
    private TestSessions() {}

    public static UUID of(String instance) {
        return SessionIds.of(instance).next();
    }
}
