package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.agent.protocol.TargetConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import java.net.InetAddress;
import java.security.cert.CertificateException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a document asks for that cannot be: the first thing wrong, by its place. Documents
 * come from JSON, so that any component may be null whatever its type says.
 */
final class ConfigCheck {
    private static final int MOST_PATH = 8 * 1024;

    /** Of a pool: some thirteen slots of a {@link Maglev} table would still be each one's. */
    static final int MAX_TARGETS = 5_000;

    private static final Pattern SERVER_NAME =
            Pattern.compile("(?=.{1,253}$)(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    private final AgentConfig config;

    private ConfigCheck(AgentConfig config) {
        this.config = config;
    }

    /** Leaves the check at the first finding; never seen outside. */
    private static final class Found extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient ConfigRefused refusal;

        Found(ConfigRefused refusal) {
            super(refusal.detail(), null, false, false);
            this.refusal = refusal;
        }
    }

    static @Nullable ConfigRefused of(AgentConfig config) {
        try {
            new ConfigCheck(config).all();
            return null;
        } catch (Found found) {
            return found.refusal;
        }
    }

    private void all() {
        require(isPresent(config.loadBalancerId()), "/loadBalancerId", "Must be present");
        require(config.revision() >= 1, "/revision", "Must be positive");
        require(config.maxConnections() >= 1, "/maxConnections", "Must be positive");
        vips();
        sources();
        for (int i = 0; i < config.targetPools().size(); i++) {
            pool(config.targetPools().get(i), "/targetPools/" + i);
        }
        unique(
                config.targetPools().stream().map(TargetPoolConfig::name).toList(),
                "/targetPools",
                "/name");
        for (int i = 0; i < config.listeners().size(); i++) {
            listener(config.listeners().get(i), "/listeners/" + i);
        }
        unique(
                config.listeners().stream().map(ListenerConfig::name).toList(),
                "/listeners",
                "/name");
        ports();
    }

    /**
     * UDP has its own ports. TLS listeners may share a port, if every server name belongs to one of
     * them.
     */
    private void ports() {
        var streams = new HashMap<Integer, Protocol>();
        var datagrams = new HashMap<Integer, Protocol>();
        var names = new HashSet<PortName>();
        for (int i = 0; i < config.listeners().size(); i++) {
            var listener = config.listeners().get(i);
            var ports = listener.protocol() == Protocol.UDP ? datagrams : streams;
            var other = ports.put(listener.port(), listener.protocol());
            boolean isTls = listener.protocol() == Protocol.TLS_PASSTHROUGH;
            require(
                    other == null || isTls && other == Protocol.TLS_PASSTHROUGH,
                    "/listeners/" + i + "/port",
                    "Is there twice");
            if (isTls) {
                serverNames(listener, "/listeners/" + i, names);
            }
        }
    }

    private record PortName(int port, String name) {}

    private void serverNames(ListenerConfig listener, String at, Set<PortName> taken) {
        if (listener.serverNames().isEmpty()) {
            require(
                    taken.add(new PortName(listener.port(), "")),
                    at + "/serverNames",
                    "Another listener of the port takes all other names");
        }
        for (int i = 0; i < listener.serverNames().size(); i++) {
            var name = ServerNames.canonical(listener.serverNames().get(i));
            var path = at + "/serverNames/" + i;
            require(
                    SERVER_NAME.matcher(name).matches(),
                    path,
                    "Must be a host name, or *. and one");
            require(taken.add(new PortName(listener.port(), name)), path, "Is there twice");
        }
    }

    private void vips() {
        for (int i = 0; i < config.vips().size(); i++) {
            var address = address(config.vips().get(i), "/vips/" + i);
            require(
                    !address.isAnyLocalAddress() && !address.isMulticastAddress(),
                    "/vips/" + i,
                    "Must be the address of one interface");
        }
        unique(config.vips(), "/vips", "");
    }

    private void sources() {
        for (int i = 0; i < config.allowedSourceRanges().size(); i++) {
            try {
                SourceRanges.of(List.of(config.allowedSourceRanges().get(i)));
            } catch (IllegalArgumentException e) {
                throw invalid("/allowedSourceRanges/" + i, "Must be a CIDR block");
            }
        }
    }

    private void pool(TargetPoolConfig pool, String at) {
        name(pool.name(), at + "/name");
        require(isPresent(pool.balancing()), at + "/balancing", "Must be present");
        if (pool.healthCheck() != null) {
            healthCheck(pool.healthCheck(), at + "/healthCheck");
        }
        for (int i = 0; i < pool.targets().size(); i++) {
            target(pool.targets().get(i), at + "/targets/" + i);
        }
        unique(pool.targets(), at + "/targets", "");
        require(
                pool.targets().size() <= MAX_TARGETS,
                at + "/targets",
                "Must be at most " + MAX_TARGETS);
    }

    private void target(TargetConfig target, String at) {
        address(target.ip(), at + "/ip");
        port(target.port(), at + "/port");
    }

    private void healthCheck(HealthCheckConfig check, String at) {
        require(check.intervalMillis() >= 1, at + "/intervalMillis", "Must be positive");
        require(check.jitterMillis() >= 0, at + "/jitterMillis", "Must not be negative");
        require(check.timeoutMillis() >= 1, at + "/timeoutMillis", "Must be positive");
        require(check.healthyThreshold() >= 1, at + "/healthyThreshold", "Must be positive");
        require(check.unhealthyThreshold() >= 1, at + "/unhealthyThreshold", "Must be positive");
        if (check.port() != null) {
            port(check.port(), at + "/port");
        }
        if (check.http() != null) {
            http(check.http(), at + "/http");
        }
    }

    private void http(HealthCheckConfig.Http http, String at) {
        var path = http.path();
        require(
                isPresent(path) && path.startsWith("/") && path.length() <= MOST_PATH,
                at + "/path",
                "Must begin with a slash and have at most " + MOST_PATH + " characters");
        require(!http.okStatuses().isEmpty(), at + "/okStatuses", "Must not be empty");
        for (int i = 0; i < http.okStatuses().size(); i++) {
            int status = http.okStatuses().get(i);
            require(status >= 100 && status <= 599, at + "/okStatuses/" + i, "Must be 100 to 599");
        }
        if (http.tls() != null) {
            tls(http.tls(), at + "/tls");
        }
    }

    private void tls(HealthCheckConfig.Tls tls, String at) {
        var pem = tls.customCaPem();
        if (pem == null) {
            return;
        }
        require(
                !tls.skipCertificateValidation(),
                at + "/customCaPem",
                "Has no use where certificates are not validated");
        require(areCertificates(pem), at + "/customCaPem", "Must be certificates in PEM");
    }

    private static boolean areCertificates(String pem) {
        try {
            return !ProbeTls.certificates(pem).isEmpty();
        } catch (CertificateException e) {
            return false;
        }
    }

    private void listener(ListenerConfig listener, String at) {
        name(listener.name(), at + "/name");
        require(isPresent(listener.protocol()), at + "/protocol", "Must be present");
        port(listener.port(), at + "/port");
        require(listener.idleTimeoutMillis() >= 1, at + "/idleTimeoutMillis", "Must be positive");
        require(poolNames().contains(listener.targetPool()), at + "/targetPool", "Names no pool");
        if (listener.protocol() != Protocol.TLS_PASSTHROUGH) {
            require(
                    listener.serverNames().isEmpty(),
                    at + "/serverNames",
                    "Only TLS_PASSTHROUGH has server names");
        }
    }

    private Set<String> poolNames() {
        return config.targetPools().stream()
                .map(TargetPoolConfig::name)
                .collect(Collectors.toSet());
    }

    private InetAddress address(String literal, String at) {
        require(isPresent(literal), at, "Must be present");
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException e) {
            throw invalid(at, "Must be a literal address");
        }
    }

    private void port(int port, String at) {
        require(port >= 1 && port <= 65_535, at, "Must be 1 to 65535");
    }

    private void name(String name, String at) {
        require(isPresent(name) && !name.isBlank(), at, "Must not be empty");
    }

    private void unique(List<?> values, String list, String member) {
        var seen = new HashSet<Object>();
        for (int i = 0; i < values.size(); i++) {
            require(seen.add(values.get(i)), list + "/" + i + member, "Is there twice");
        }
    }

    private static boolean isPresent(@Nullable Object component) {
        return component != null;
    }

    private void require(boolean holds, String path, String rule) {
        if (!holds) {
            throw invalid(path, rule);
        }
    }

    private Found invalid(String path, String rule) {
        return found(Refusal.INVALID, path, rule + ".");
    }

    private Found found(Refusal code, String path, String detail) {
        return new Found(new ConfigRefused(config.revision(), code, path, detail));
    }
}
