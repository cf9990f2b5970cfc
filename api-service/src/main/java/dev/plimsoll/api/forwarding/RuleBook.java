package dev.plimsoll.api.forwarding;

import dev.plimsoll.api.loadbalancer.spec.ListenerSpec;
import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import dev.plimsoll.api.loadbalancer.spec.Protocol;
import dev.plimsoll.api.loadbalancer.spec.TargetPoolSpec;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A spec, seen as rules. A rule has the display name of its listener where no other rule has it and
 * a path can hold it; otherwise it is {@code port-<port>}, which no other rule can be.
 */
public final class RuleBook {
    private static final Pattern PATH_SAFE =
            Pattern.compile("[0-9a-zA-Z](?:[0-9a-zA-Z._-]{0,61}[0-9a-zA-Z])?");
    private static final Pattern POOL_NAME =
            Pattern.compile("[0-9a-z](?:[0-9a-z-]{0,61}[0-9a-z])?");
    private static final Pattern BY_PORT = Pattern.compile("port-[0-9]+");
    private static final int MAX_NAME = 63;

    private final LoadBalancerSpec spec;
    private final Map<String, ListenerSpec> listeners = new LinkedHashMap<>();

    public RuleBook(LoadBalancerSpec spec) {
        this.spec = spec;
        var shown = spec.listeners().stream().filter(RuleBook::isShown).toList();
        shown.forEach(listener -> listeners.put(nameOf(listener, shown), listener));
    }

    public List<ForwardingRule> all() {
        return listeners.entrySet().stream().map(it -> rule(it.getKey(), it.getValue())).toList();
    }

    public ForwardingRule get(String name) {
        return rule(name, listener(name));
    }

    /** No two rules have the same port. */
    public Optional<ForwardingRule> onPort(@Nullable Integer port) {
        return all().stream().filter(rule -> Objects.equals(rule.port(), port)).findFirst();
    }

    /** The spec with one more rule. */
    LoadBalancerSpec with(ForwardingRule rule) {
        var name = rule.name();
        if (name != null) {
            requireFree(name, rule.port());
        }
        var pool =
                new TargetPoolSpec(
                        name == null ? null : freePoolName(name),
                        rule.backendPort(),
                        targets(rule),
                        null,
                        null);
        var listener =
                new ListenerSpec(name, rule.port(), protocol(rule), pool.name(), null, null, null);
        return spec.withTraffic(
                append(spec.listeners(), listener), append(spec.targetPools(), pool));
    }

    /** The spec with a rule that says something else; what rules do not show stays. */
    LoadBalancerSpec replacing(String name, ForwardingRule rule) {
        var listener = listener(name);
        var pool = pool(listener);
        var wanted =
                new TargetPoolSpec(
                        pool.name(),
                        rule.backendPort(),
                        targets(rule),
                        pool.sessionPersistence(),
                        pool.activeHealthCheck());
        List<TargetPoolSpec> pools;
        if (wanted.equals(pool) || !isShared(pool)) {
            pools = replace(spec.targetPools(), pool, wanted);
        } else {
            wanted = wanted.withName(freePoolName(poolNameFor(name, listener)));
            pools = append(spec.targetPools(), wanted);
        }
        var moved =
                new ListenerSpec(
                        listener.displayName(),
                        rule.port(),
                        protocol(rule),
                        wanted.name(),
                        listener.serverNameIndicators(),
                        listener.tcp(),
                        listener.udp());
        return spec.withTraffic(replace(spec.listeners(), listener, moved), pools);
    }

    /** The spec with one rule less. */
    LoadBalancerSpec without(String name) {
        var listener = listener(name);
        if (spec.listeners().size() == 1) {
            throw new DomainFailure.FailedPrecondition(
                    "this is the load balancer's last listener, and it needs one; delete the load"
                            + " balancer instead");
        }
        var pool = pool(listener);
        var listeners = spec.listeners().stream().filter(it -> it != listener).toList();
        var pools =
                isShared(pool)
                        ? spec.targetPools()
                        : spec.targetPools().stream().filter(it -> it != pool).toList();
        return spec.withTraffic(listeners, pools);
    }

    private ForwardingRule rule(String name, ListenerSpec listener) {
        var pool = pool(listener);
        return new ForwardingRule(
                name,
                listener.port(),
                pool.targetPort(),
                pool.targets().stream()
                        .map(it -> new ForwardingRule.Member(it.ip(), it.displayName()))
                        .toList(),
                listener.protocol() == Protocol.PROTOCOL_TCP_PROXY);
    }

    private ListenerSpec listener(String name) {
        var listener = listeners.get(name);
        if (listener == null) {
            throw new DomainFailure.NotFound("forwarding rule not found");
        }
        return listener;
    }

    private TargetPoolSpec pool(ListenerSpec listener) {
        return spec.targetPools().stream()
                .filter(pool -> Objects.equals(pool.name(), listener.targetPool()))
                .findFirst()
                .orElseThrow();
    }

    private boolean isShared(TargetPoolSpec pool) {
        return spec.listeners().stream()
                        .filter(it -> Objects.equals(it.targetPool(), pool.name()))
                        .count()
                > 1;
    }

    private void requireFree(String name, @Nullable Integer port) {
        if (BY_PORT.matcher(name).matches() && !name.equals("port-" + port)) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "/name",
                            FieldError.Code.NOT_ALLOWED,
                            "is kept for the rule on that port",
                            name,
                            "port-" + port));
        }
        if (listeners.containsKey(name)
                || listeners.values().stream().anyMatch(it -> name.equals(it.displayName()))) {
            throw DomainFailure.AlreadyExists.forwardingRule();
        }
    }

    /** {@code base}, or that with the first number behind it that makes it another name. */
    private String freePoolName(String base) {
        var taken = spec.targetPools().stream().map(TargetPoolSpec::name).toList();
        var name = base;
        for (int i = 2; taken.contains(name); i++) {
            var suffix = "-" + i;
            name = base.substring(0, Math.min(base.length(), MAX_NAME - suffix.length())) + suffix;
        }
        return name;
    }

    private static String poolNameFor(String name, ListenerSpec listener) {
        return POOL_NAME.matcher(name).matches() ? name : "port-" + listener.port();
    }

    private static boolean isShown(ListenerSpec listener) {
        return listener.protocol() == Protocol.PROTOCOL_TCP
                || listener.protocol() == Protocol.PROTOCOL_TCP_PROXY;
    }

    private static String nameOf(ListenerSpec listener, List<ListenerSpec> shown) {
        var own = listener.displayName();
        var byPort = "port-" + listener.port();
        boolean isItsOwn =
                own != null
                        && PATH_SAFE.matcher(own).matches()
                        && (own.equals(byPort) || !BY_PORT.matcher(own).matches())
                        && shown.stream().filter(it -> own.equals(it.displayName())).count() == 1;
        return isItsOwn && own != null ? own : byPort;
    }

    private static Protocol protocol(ForwardingRule rule) {
        return rule.proxyProtocol() ? Protocol.PROTOCOL_TCP_PROXY : Protocol.PROTOCOL_TCP;
    }

    private static List<TargetPoolSpec.Target> targets(ForwardingRule rule) {
        return rule.members().stream()
                .map(member -> new TargetPoolSpec.Target(member.name(), member.ip()))
                .toList();
    }

    private static <T> List<T> append(List<T> list, T last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }

    private static <T> List<T> replace(List<T> list, T old, T by) {
        var copy = new ArrayList<>(list);
        copy.replaceAll(it -> it == old ? by : it);
        return copy;
    }
}
