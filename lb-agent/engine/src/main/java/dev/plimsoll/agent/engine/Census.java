package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.ListenerConfig;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Established connections and sessions at one moment, by what they came through and where they go:
 * counted when somebody asks, each loop's by itself, so that connections themselves keep no books.
 */
final class Census {

    /**
     * Those that are alike.
     *
     * @param listener as it was when they were made
     * @param admitted of them, those whose clients the ranges that are asked about admit
     */
    record Party(ListenerConfig listener, Target target, int connections, int admitted) {
        Endpoint.Kind kind() {
            return Endpoint.Kind.of(listener.protocol());
        }

        int strangers() {
            return connections - admitted;
        }
    }

    private final SourceRanges sources;
    private final Map<ListenerConfig, Map<Target, int[]>> counts = new IdentityHashMap<>();

    private Census(SourceRanges sources) {
        this.sources = sources;
    }

    /** Blocks until every loop has had its turn. */
    static List<Party> of(List<LoopScope> scopes, SourceRanges sources) {
        var all = new ArrayList<Party>();
        for (var scope : scopes) {
            var here = new Census(sources);
            var counted =
                    scope.loop().submit(() -> scope.wheel().forEach(one -> one.isCounted(here)));
            counted.syncUninterruptibly();
            all.addAll(here.parties());
        }
        return all;
    }

    /** Called by each that is established. */
    void count(ListenerConfig listener, Target target, InetAddress client) {
        var both =
                counts.computeIfAbsent(listener, _ -> new IdentityHashMap<>())
                        .computeIfAbsent(target, _ -> new int[2]);
        both[0]++;
        if (sources.admits(client)) {
            both[1]++;
        }
    }

    private List<Party> parties() {
        var parties = new ArrayList<Party>();
        counts.forEach((listener, targets) ->
                targets.forEach((target, both) ->
                        parties.add(new Party(listener, target, both[0], both[1]))));
        return parties;
    }

    static int sum(List<Party> parties, Predicate<Party> which) {
        return parties.stream().filter(which).mapToInt(Party::connections).sum();
    }
}
