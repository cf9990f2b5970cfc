package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.agent.protocol.ObservabilityConfig;
import dev.plimsoll.agent.protocol.ObservabilityConfig.PushTarget;
import dev.plimsoll.agent.protocol.TargetConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig.Balancing;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns an order into the agents' document, with the defaults that the API does not echo. */
final class ConfigCompiler {
    private static final String PREFIX = "PROTOCOL_";
    private static final long TCP_IDLE_MILLIS = 300_000;
    private static final long UDP_IDLE_MILLIS = 60_000;
    private static final long INTERVAL_MILLIS = 5_000;
    private static final long TIMEOUT_MILLIS = 5_000;
    private static final int HEALTHY_THRESHOLD = 1;
    private static final int UNHEALTHY_THRESHOLD = 3;
    private static final String PATH = "/";
    private static final int OK_STATUS = 200;

    private ConfigCompiler() {}

    static AgentConfig compile(Desired.Served desired, List<String> vips, long revision) {
        var spec = desired.spec();
        var udpOnly = poolsOfUdpListenersOnly(spec);
        return new AgentConfig(
                desired.id().value(),
                revision,
                desired.generation(),
                vips,
                desired.maxConnections(),
                spec.allowedSourceRanges(),
                listeners(spec.listeners()),
                spec.targetPools().stream()
                        .map(pool -> pool(pool, udpOnly.contains(pool.name())))
                        .toList(),
                observability(spec.options()));
    }

    static Protocol protocol(Spec.Listener listener) {
        return Protocol.valueOf(listener.protocol().substring(PREFIX.length()));
    }

    private static List<ListenerConfig> listeners(List<Spec.Listener> listeners) {
        var taken = new HashSet<String>();
        var compiled = new ArrayList<ListenerConfig>();
        for (var listener : listeners) {
            compiled.add(
                    new ListenerConfig(
                            uniqueName(listener, taken),
                            protocol(listener),
                            listener.port(),
                            listener.targetPool(),
                            idleMillis(listener),
                            listener.serverNameIndicators().stream()
                                    .map(server -> server.name().toLowerCase(Locale.ROOT))
                                    .toList()));
        }
        return compiled;
    }

    /** The API tolerates equal names; the first keeps it, the others are numbered. */
    private static String uniqueName(Spec.Listener listener, Set<String> taken) {
        var displayName = listener.displayName();
        var name =
                displayName == null || displayName.isBlank() ? defaultName(listener) : displayName;
        var unique = name;
        for (int i = 2; !taken.add(unique); i++) {
            unique = name + "-" + i;
        }
        return unique;
    }

    private static String defaultName(Spec.Listener listener) {
        return protocol(listener).name().toLowerCase(Locale.ROOT).replace('_', '-')
                + "-"
                + listener.port();
    }

    private static long idleMillis(Spec.Listener listener) {
        var isUdp = protocol(listener) == Protocol.UDP;
        var given = isUdp ? listener.udp() : listener.tcp();
        return millis(
                given == null ? null : given.idleTimeout(),
                isUdp ? UDP_IDLE_MILLIS : TCP_IDLE_MILLIS);
    }

    private static Set<String> poolsOfUdpListenersOnly(Spec spec) {
        var byTransport =
                spec.listeners().stream()
                        .collect(
                                Collectors.partitioningBy(
                                        listener -> protocol(listener) == Protocol.UDP,
                                        Collectors.mapping(
                                                Spec.Listener::targetPool, Collectors.toSet())));
        var udp = new HashSet<>(byTransport.getOrDefault(true, Set.of()));
        udp.removeAll(byTransport.getOrDefault(false, Set.of()));
        return udp;
    }

    private static TargetPoolConfig pool(Spec.Pool pool, boolean isUdpOnly) {
        var persistence = pool.sessionPersistence();
        var isPersistent =
                persistence != null && Boolean.TRUE.equals(persistence.useSourceIpAddress());
        return new TargetPoolConfig(
                pool.name(),
                isPersistent ? Balancing.MAGLEV : Balancing.ROUND_ROBIN,
                isUdpOnly && pool.activeHealthCheck() == null
                        ? null
                        : healthCheck(pool.activeHealthCheck()),
                pool.targets().stream()
                        .map(target -> new TargetConfig(target.ip(), pool.targetPort()))
                        .toList());
    }

    private static HealthCheckConfig healthCheck(Spec.@Nullable HealthCheck given) {
        var check =
                given == null
                        ? new Spec.HealthCheck(null, null, null, null, null, null, null)
                        : given;
        return new HealthCheckConfig(
                millis(check.interval(), INTERVAL_MILLIS),
                millis(check.intervalJitter(), 0),
                millis(check.timeout(), TIMEOUT_MILLIS),
                Objects.requireNonNullElse(check.healthyThreshold(), HEALTHY_THRESHOLD),
                Objects.requireNonNullElse(check.unhealthyThreshold(), UNHEALTHY_THRESHOLD),
                check.altPort(),
                http(check.httpHealthChecks()));
    }

    private static HealthCheckConfig.@Nullable Http http(Spec.@Nullable HttpChecks given) {
        if (given == null) {
            return null;
        }
        var statuses = given.okStatuses().stream().map(Integer::valueOf).toList();
        return new HealthCheckConfig.Http(
                Objects.requireNonNullElse(given.path(), PATH),
                statuses.isEmpty() ? List.of(OK_STATUS) : statuses,
                tls(given.tls()));
    }

    private static HealthCheckConfig.@Nullable Tls tls(Spec.@Nullable Tls given) {
        if (given == null || !Boolean.TRUE.equals(given.enabled())) {
            return null;
        }
        var ca = given.customCa();
        return new HealthCheckConfig.Tls(
                Boolean.TRUE.equals(given.skipCertificateValidation()),
                ca == null || ca.isEmpty()
                        ? null
                        : new String(
                                Base64.getMimeDecoder().decode(ca), StandardCharsets.US_ASCII));
    }

    private static @Nullable ObservabilityConfig observability(Spec.@Nullable Options options) {
        var given = options == null ? null : options.observability();
        if (given == null) {
            return null;
        }
        var metrics = push(given.metrics());
        var logs = push(given.logs());
        return metrics == null && logs == null ? null : new ObservabilityConfig(metrics, logs);
    }

    /** The API sees to it that both are there, or neither. */
    private static @Nullable PushTarget push(Spec.@Nullable Push given) {
        var url = given == null ? null : given.pushUrl();
        var credentials = given == null ? null : given.credentialsRef();
        return url == null || url.isEmpty() || credentials == null
                ? null
                : new PushTarget(url, credentials);
    }

    /** Rounded up, so that a duration of less than a millisecond does not become none. */
    static long millis(@Nullable String duration, long otherwise) {
        if (duration == null || duration.isEmpty()) {
            return otherwise;
        }
        return new BigDecimal(duration.substring(0, duration.length() - 1))
                .movePointRight(3)
                .setScale(0, RoundingMode.CEILING)
                .longValueExact();
    }
}
