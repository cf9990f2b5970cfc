package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes of targets that wait to be told, the last one of each. Bounded by the number of targets:
 * a target that flaps costs no more than one that changes once.
 */
public final class HealthNews {

    /** With the last probes of each, some 200 kB of JSON. */
    static final int MOST = 100;

    private record Key(String pool, String ip, int port) {}

    private final Map<Key, TargetHealth> waiting = new LinkedHashMap<>();

    /**
     * @return whether this is the first since they were last taken
     */
    public synchronized boolean add(TargetHealth health) {
        boolean first = waiting.isEmpty();
        waiting.put(new Key(health.targetPool(), health.ip(), health.port()), health);
        return first;
    }

    /** Some of the changes, as many as a message may carry; to be called until there are none. */
    public synchronized List<TargetHealth> take() {
        var some = new ArrayList<TargetHealth>();
        for (var all = waiting.values().iterator(); all.hasNext() && some.size() < MOST; ) {
            some.add(all.next());
            all.remove();
        }
        return some;
    }

    /** All targets are about to be told as they are. */
    public synchronized void forget() {
        waiting.clear();
    }
}
