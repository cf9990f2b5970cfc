package dev.plimsoll.api.rehearsal;

import static java.util.Objects.requireNonNull;

import dev.plimsoll.api.loadbalancer.Change;
import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Where a change of the spec shows in the agents' document, whose lists have the same order. */
final class Places {
    private static final Pattern OF_LISTENER = Pattern.compile("(/listeners/\\d+)/(\\w+)(/.*)?");
    private static final Pattern OF_POOL = Pattern.compile("/targetPools/(\\d+)/(\\w+)(/.*)?");
    private static final Map<String, String> LISTENER_MEMBERS =
            Map.of(
                    "displayName", "name",
                    "protocol", "protocol",
                    "targetPool", "targetPool",
                    "serverNameIndicators", "serverNames",
                    "tcp", "idleTimeoutMillis",
                    "udp", "idleTimeoutMillis");
    private static final Map<String, String> POOL_MEMBERS =
            Map.of("sessionPersistence", "balancing", "activeHealthCheck", "healthCheck");

    private final @Nullable LoadBalancerSpec before;
    private final LoadBalancerSpec after;

    Places(@Nullable LoadBalancerSpec before, LoadBalancerSpec after) {
        this.before = before;
        this.after = after;
    }

    /** Empty for what agents know nothing of. */
    Optional<Predicate<AgentsWord.Told>> of(Change change) {
        var path = change.path();
        var event = event(change);
        if (isElement(path)) {
            return Optional.of(at(path, event));
        }
        if (path.equals("/planId")) {
            return Optional.of(at("/maxConnections", "CHANGED"));
        }
        if (path.startsWith("/options/accessControl")) {
            return Optional.of(at("/allowedSourceRanges", "CHANGED"));
        }
        var listener = OF_LISTENER.matcher(path);
        if (listener.matches()) {
            return Optional.ofNullable(LISTENER_MEMBERS.get(listener.group(2)))
                    .map(member -> at(listener.group(1) + "/" + member, "CHANGED"));
        }
        var pool = OF_POOL.matcher(path);
        return pool.matches()
                ? ofPool(Integer.parseInt(pool.group(1)), requireNonNull(pool.group(2)), path)
                : Optional.empty();
    }

    private Optional<Predicate<AgentsWord.Told>> ofPool(int index, String member, String path) {
        if (member.equals("targetPort")) {
            return Optional.of(targetsOf(indexBefore(index)));
        }
        if (path.equals("/targetPools/%d/targets".formatted(index))) {
            return Optional.of(at(path, "CHANGED"));
        }
        return Optional.ofNullable(POOL_MEMBERS.get(member))
                .map(name -> at("/targetPools/%d/%s".formatted(index, name), "CHANGED"));
    }

    /** The whole, a listener, a pool or a target, which comes or goes. */
    private static boolean isElement(String path) {
        return path.isEmpty() || path.matches("/listeners/\\d+|/targetPools/\\d+(/targets/\\d+)?");
    }

    private static String event(Change change) {
        return change.isAddition() ? "ADDED" : change.isRemoval() ? "REMOVED" : "CHANGED";
    }

    private static Predicate<AgentsWord.Told> at(String path, String event) {
        return told -> told.path().equals(path) && told.event().equals(event);
    }

    /** On another port, all of them are others. */
    private static Predicate<AgentsWord.Told> targetsOf(int pool) {
        var prefix = "/targetPools/%d/targets/".formatted(pool);
        return told -> told.path().startsWith(prefix) && told.event().equals("REMOVED");
    }

    private int indexBefore(int index) {
        var name = after.targetPools().get(index).name();
        var pools = before == null ? List.<String>of() : names(before);
        return IntStream.range(0, pools.size())
                .filter(i -> Objects.equals(pools.get(i), name))
                .findFirst()
                .orElse(index);
    }

    private static List<String> names(LoadBalancerSpec spec) {
        return spec.targetPools().stream().map(pool -> String.valueOf(pool.name())).toList();
    }
}
