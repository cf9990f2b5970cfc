package dev.plimsoll.api.loadbalancer.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

public record ListenerSpec(
        @Nullable String displayName,
        @Nullable Integer port,
        @Nullable Protocol protocol,
        @Nullable String targetPool,
        @Nullable List<ServerName> serverNameIndicators,
        @Nullable IdleTimeout tcp,
        @Nullable IdleTimeout udp) {

    public ListenerSpec {
        displayName = Absent.blankToNull(displayName);
        serverNameIndicators = Absent.listOrNull(serverNameIndicators);
    }

    public record ServerName(@Nullable String name) {}

    /** Options of TCP, or of UDP. */
    public record IdleTimeout(@Nullable String idleTimeout) {}

    List<ServerName> serverNames() {
        return serverNameIndicators == null ? List.of() : serverNameIndicators;
    }

    /** With a display name: {@code <protocol>-<port>} unless it has one. */
    ListenerSpec named() {
        return displayName != null || protocol == null
                ? this
                : new ListenerSpec(
                        protocol.shortName() + "-" + port,
                        port,
                        protocol,
                        targetPool,
                        serverNameIndicators,
                        tcp,
                        udp);
    }
}
