package dev.plimsoll.api.rehearsal;

import dev.plimsoll.api.loadbalancer.Written;
import dev.plimsoll.api.loadbalancer.spec.ListenerSpec;
import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import dev.plimsoll.api.loadbalancer.spec.Protocol;
import dev.plimsoll.api.loadbalancer.spec.TargetPoolSpec;
import dev.plimsoll.api.rehearsal.Forecast.Warning;
import dev.plimsoll.api.rehearsal.Forecast.Warning.Code;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is allowed, and may yet not be what is wanted. */
final class Warnings {
    /** Of a Linux machine that nobody has told otherwise: 32768 to 60999. */
    static final int USUAL_SOURCE_PORTS = 28_232;

    /** Clients and servers of HTTP keep connections open for 60 to 75 s. */
    static final int SHORT_TCP_SECONDS = 60;

    /** Half of what may be ordered. */
    static final int LONG_TCP_SECONDS = 1_800;

    private final Written written;
    private final LoadBalancerSpec spec;
    private final @Nullable Integer maxConnections;
    private final ProvisionersWord provisioner;
    private final List<AgentsWord> agents;
    private final List<Warning> found = new ArrayList<>();

    /**
     * @param maxConnections of the plan; null where it is not known
     */
    Warnings(
            Written written,
            @Nullable Integer maxConnections,
            ProvisionersWord provisioner,
            List<AgentsWord> agents) {
        this.written = written;
        this.spec = written.view().spec();
        this.maxConnections = maxConnections;
        this.provisioner = provisioner;
        this.agents = agents;
    }

    List<Warning> all() {
        obstacles();
        targets();
        if (maxConnections != null) {
            limits(maxConnections);
        }
        idleTimeouts();
        proxyHeaders();
        return found;
    }

    private void obstacles() {
        if (provisioner.obstacle() != null) {
            add(
                    Code.CANNOT_BE_SERVED,
                    "",
                    "As things are it could not be served: " + provisioner.obstacle());
        }
        agents.stream()
                .map(AgentsWord::objection)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(it ->
                        add(
                                Code.REFUSED_BY_AGENT,
                                it.path(),
                                "The agents would not take it: " + it.detail()));
        boolean isAsked = written.changes().since() != null && !written.changes().all().isEmpty();
        if (isAsked && (!provisioner.isThere() || agents.stream().anyMatch(it -> !it.answered()))) {
            add(
                    Code.NOT_REHEARSED,
                    "",
                    "Not everybody who would carry this out has answered: what is said by TABLE is"
                            + " the rule, and connections that are not counted are unknown.");
        }
    }

    private void targets() {
        for (int i = 0; i < spec.targetPools().size(); i++) {
            var pool = spec.targetPools().get(i);
            if (pool.targets().size() == 1) {
                add(
                        Code.SINGLE_TARGET,
                        "/targetPools/" + i,
                        "Target pool %s has one target: while that fails, nobody answers."
                                .formatted(pool.name()));
            }
        }
    }

    private void limits(int limit) {
        sourcePorts(limit);
        int ceiling = least(AgentsWord::connectionCeiling);
        if (ceiling > 0 && ceiling < limit) {
            add(
                    Code.MACHINE_LIMIT,
                    "/planId",
                    "The plan allows %,d connections, and the machines can hold %,d: more are refused."
                            .formatted(limit, ceiling));
        }
        int established =
                agents.stream()
                        .map(AgentsWord::established)
                        .filter(Objects::nonNull)
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElse(0);
        if (established > limit) {
            add(
                    Code.OVER_LIMIT,
                    "/planId",
                    "%,d connections are established, and the plan allows %,d: none is closed, and no further one is let in until enough have ended."
                            .formatted(established, limit));
        }
    }

    /** An agent has one address towards a target, and each connection takes a port of it. */
    private void sourcePorts(int limit) {
        int targets = places().size();
        int told = least(AgentsWord::sourcePorts);
        int ports = told > 0 ? told : USUAL_SOURCE_PORTS;
        long most = (long) targets * ports;
        if (targets > 0 && most < limit) {
            add(
                    Code.SOURCE_PORTS,
                    "/planId",
                    "The plan allows %,d connections, and %s for %,d at most: %s source ports for each."
                            .formatted(
                                    limit,
                                    targets == 1
                                            ? "one target is good"
                                            : "%,d targets are good".formatted(targets),
                                    most,
                                    told > 0
                                            ? "the machines have %,d".formatted(told)
                                            : "machines have %,d, unless they are told otherwise,"
                                                    .formatted(ports)));
        }
    }

    /** Targets that are in several pools, on one port, share their ports. */
    private Set<String> places() {
        return spec.targetPools().stream()
                .flatMap(pool ->
                        pool.targets().stream().map(it -> it.ip() + " " + pool.targetPort()))
                .collect(Collectors.toSet());
    }

    private int least(ToIntFunction<AgentsWord> what) {
        return agents.stream().mapToInt(what).filter(it -> it > 0).min().orElse(0);
    }

    private void idleTimeouts() {
        for (int i = 0; i < spec.listeners().size(); i++) {
            var tcp = spec.listeners().get(i).tcp();
            var text = tcp == null ? null : tcp.idleTimeout();
            if (text != null && !text.isEmpty()) {
                idleTimeout(
                        "/listeners/%d/tcp/idleTimeout".formatted(i),
                        new BigDecimal(text.substring(0, text.length() - 1)),
                        text);
            }
        }
    }

    private void idleTimeout(String path, BigDecimal seconds, String text) {
        if (seconds.compareTo(BigDecimal.valueOf(SHORT_TCP_SECONDS)) < 0) {
            add(
                    Code.IDLE_TIMEOUT_SHORT,
                    path,
                    "Connections that carry nothing for %s are closed, though HTTP keeps its own open for 60 to 75 s; keep-alives of TCP carry nothing and do not count."
                            .formatted(text));
        } else if (seconds.compareTo(BigDecimal.valueOf(LONG_TCP_SECONDS)) > 0) {
            add(
                    Code.IDLE_TIMEOUT_LONG,
                    path,
                    "A connection whose client has vanished keeps its place in the plan's limit for %s."
                            .formatted(text));
        }
    }

    private void proxyHeaders() {
        agents.stream()
                .flatMap(agent -> agent.headers().stream())
                .filter(AgentsWord.Header::isRefused)
                .distinct()
                .forEach(header ->
                        add(
                                Code.PROXY_NOT_UNDERSTOOD,
                                header.path(),
                                "The target does not understand PROXY headers: it was sent one just now and %s. Its connections would fail."
                                        .formatted(
                                                header.outcome().equals("ENDED")
                                                        ? "ended the connection"
                                                        : "took it for a request")));
        if (agents.stream().noneMatch(AgentsWord::answered)) {
            untriedHeaders();
        }
    }

    private void untriedHeaders() {
        var before = written.changes().before();
        var proxied = before == null ? Set.<String>of() : proxiedPools(before);
        var unknown = proxiedPools(spec);
        unknown.removeAll(proxied);
        for (int i = 0; i < spec.targetPools().size(); i++) {
            var name = name(spec.targetPools().get(i));
            if (unknown.contains(name)) {
                add(
                        Code.PROXY_NOT_TRIED,
                        "/targetPools/" + i,
                        "Targets of %s would get PROXY headers, and nobody could try whether they understand them."
                                .formatted(name));
            }
        }
    }

    private static Set<String> proxiedPools(LoadBalancerSpec spec) {
        return spec.listeners().stream()
                .filter(listener -> listener.protocol() == Protocol.PROTOCOL_TCP_PROXY)
                .map(ListenerSpec::targetPool)
                .map(String::valueOf)
                .collect(Collectors.toSet());
    }

    private static String name(TargetPoolSpec pool) {
        return String.valueOf(pool.name());
    }

    private void add(Code code, String path, String message) {
        found.add(new Warning(code, path, message));
    }
}
