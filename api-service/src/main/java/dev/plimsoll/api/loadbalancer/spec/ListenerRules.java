package dev.plimsoll.api.loadbalancer.spec;

import dev.plimsoll.api.loadbalancer.spec.Findings.Place;
import dev.plimsoll.api.problem.FieldError.Code;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

final class ListenerRules {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_TCP_IDLE_SECONDS = 3600;
    private static final int MAX_UDP_IDLE_SECONDS = 120;

    private ListenerRules() {}

    static void checkAll(
            Place place,
            List<ListenerSpec> listeners,
            List<TargetPoolSpec> pools,
            Findings findings) {
        var poolNames =
                pools.stream()
                        .map(TargetPoolSpec::name)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet());
        var ports = new Ports(place, listeners, findings);
        for (int i = 0; i < listeners.size(); i++) {
            check(place.at(i), listeners.get(i), poolNames, findings);
            ports.take(i);
        }
    }

    private static void check(
            Place place, ListenerSpec listener, Set<String> pools, Findings findings) {
        var displayName = listener.displayName();
        if (displayName != null && !Syntax.isDisplayName(displayName)) {
            findings.add(
                    place.at("displayName"),
                    Code.MALFORMED,
                    "must be at most 63 printable characters",
                    displayName,
                    null);
        }
        if (listener.port() == null) {
            findings.required(place.at("port"));
        }
        findings.range(place.at("port"), listener.port(), 1, MAX_PORT);
        if (listener.protocol() == null || listener.protocol() == Protocol.PROTOCOL_UNSPECIFIED) {
            findings.add(
                    place.at("protocol"),
                    listener.protocol() == null ? Code.REQUIRED : Code.NOT_ALLOWED,
                    "must be a protocol",
                    listener.protocol(),
                    "PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_TCP_PROXY, PROTOCOL_TLS_PASSTHROUGH");
        }
        var pool = listener.targetPool();
        if (pool == null || !pools.contains(pool)) {
            findings.add(
                    place.at("targetPool"),
                    pool == null ? Code.REQUIRED : Code.UNKNOWN_REFERENCE,
                    "must name a target pool of this load balancer",
                    pool,
                    null);
        }
        checkServerNames(place.at("serverNameIndicators"), listener, findings);
        checkIdleTimeouts(place, listener, findings);
    }

    private static void checkServerNames(Place place, ListenerSpec listener, Findings findings) {
        var names = listener.serverNames();
        if (!names.isEmpty() && listener.protocol() != Protocol.PROTOCOL_TLS_PASSTHROUGH) {
            findings.add(place, Code.NOT_ALLOWED, "is for PROTOCOL_TLS_PASSTHROUGH listeners only");
            return;
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < names.size(); i++) {
            var name = names.get(i).name();
            if (name == null || !Syntax.isDomain(name)) {
                findings.add(
                        place.at(i).at("name"),
                        name == null ? Code.REQUIRED : Code.MALFORMED,
                        "must be a domain name",
                        name,
                        null);
            } else if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                findings.add(
                        place.at(i).at("name"),
                        Code.DUPLICATE,
                        "is there twice in this listener",
                        name,
                        null);
            }
        }
    }

    private static void checkIdleTimeouts(Place place, ListenerSpec listener, Findings findings) {
        var protocol = listener.protocol();
        checkIdleTimeout(
                place.at("tcp").at("idleTimeout"),
                listener.tcp(),
                protocol == null || !protocol.isUdp(),
                MAX_TCP_IDLE_SECONDS,
                findings);
        checkIdleTimeout(
                place.at("udp").at("idleTimeout"),
                listener.udp(),
                protocol == null || protocol.isUdp(),
                MAX_UDP_IDLE_SECONDS,
                findings);
    }

    private static void checkIdleTimeout(
            Place place,
            ListenerSpec.@Nullable IdleTimeout options,
            boolean fits,
            int mostSeconds,
            Findings findings) {
        if (options == null || options.idleTimeout() == null) {
            return;
        }
        if (!fits) {
            findings.add(place, Code.NOT_ALLOWED, "does not fit the listener's protocol");
        }
        Durations.checkPositive(place, options.idleTimeout(), mostSeconds, findings);
    }

    /** Who may listen where beside whom. */
    private static final class Ports {
        private final Place place;
        private final List<ListenerSpec> listeners;
        private final Findings findings;
        private final Set<Integer> udp = new HashSet<>();
        private final Map<Integer, ListenerSpec> firstOnTcp = new HashMap<>();
        private final Map<Integer, Set<String>> domains = new HashMap<>();

        Ports(Place place, List<ListenerSpec> listeners, Findings findings) {
            this.place = place;
            this.listeners = listeners;
            this.findings = findings;
        }

        void take(int index) {
            var listener = listeners.get(index);
            var port = listener.port();
            if (port == null || listener.protocol() == null) {
                return;
            }
            if (listener.protocol().isUdp()) {
                if (!udp.add(port)) {
                    duplicate(index, "another UDP listener has this port");
                }
                return;
            }
            var first = firstOnTcp.putIfAbsent(port, listener);
            if (first != null && !(isTls(first) && isTls(listener))) {
                duplicate(index, "another listener over TCP has this port");
            } else if (isTls(listener)) {
                takeDomains(index, listener, port);
                if (first != null && !Objects.equals(idle(first), idle(listener))) {
                    findings.add(
                            place.at(index).at("tcp"),
                            Code.CONFLICT,
                            "must equal that of the other listeners on this port");
                }
            }
        }

        private void takeDomains(int index, ListenerSpec listener, int port) {
            var taken = domains.computeIfAbsent(port, _ -> new HashSet<>());
            if (listener.serverNames().isEmpty()) {
                if (!taken.add("")) {
                    duplicate(index, "another listener without a domain has this port");
                }
                return;
            }
            // Names that repeat within the listener are found elsewhere.
            var own =
                    listener.serverNames().stream()
                            .map(ListenerSpec.ServerName::name)
                            .filter(Objects::nonNull)
                            .map(name -> name.toLowerCase(Locale.ROOT))
                            .collect(Collectors.toSet());
            for (var name : own) {
                if (!taken.add(name)) {
                    findings.add(
                            place.at(index).at("serverNameIndicators"),
                            Code.DUPLICATE,
                            "another listener on this port has this domain",
                            name,
                            null);
                }
            }
        }

        private void duplicate(int index, String detail) {
            findings.add(
                    place.at(index).at("port"),
                    Code.DUPLICATE,
                    detail,
                    listeners.get(index).port(),
                    null);
        }

        private static boolean isTls(ListenerSpec listener) {
            return listener.protocol() == Protocol.PROTOCOL_TLS_PASSTHROUGH;
        }

        private static @Nullable String idle(ListenerSpec listener) {
            return listener.tcp() == null ? null : listener.tcp().idleTimeout();
        }
    }
}
