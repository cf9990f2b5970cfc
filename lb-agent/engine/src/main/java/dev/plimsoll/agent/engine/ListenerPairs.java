package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.ListenerConfig;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which listener of one document is which of another: by transport, port and server names where
 * possible, else by transport and port. As the API's comparison of two orders has it.
 */
final class ListenerPairs {
    private static final int NONE = -1;

    private final List<ListenerConfig> before;
    private final int[] origins;
    private final boolean[] stays;

    private ListenerPairs(List<ListenerConfig> before, int size) {
        this.before = before;
        this.origins = new int[size];
        this.stays = new boolean[before.size()];
        Arrays.fill(origins, NONE);
    }

    static ListenerPairs between(List<ListenerConfig> before, List<ListenerConfig> after) {
        var pairs = new ListenerPairs(before, after.size());
        pairs.match(after, (one, other) -> isSamePort(one, other) && haveSameNames(one, other));
        pairs.match(after, ListenerPairs::isSamePort);
        return pairs;
    }

    private void match(
            List<ListenerConfig> after, BiPredicate<ListenerConfig, ListenerConfig> areOne) {
        for (int i = 0; i < origins.length; i++) {
            for (int k = 0; k < stays.length && origins[i] == NONE; k++) {
                if (!stays[k] && areOne.test(before.get(k), after.get(i))) {
                    origins[i] = k;
                    stays[k] = true;
                }
            }
        }
    }

    private static boolean isSamePort(ListenerConfig one, ListenerConfig other) {
        return one.port() == other.port()
                && Endpoint.Kind.of(one.protocol()) == Endpoint.Kind.of(other.protocol());
    }

    private static boolean haveSameNames(ListenerConfig one, ListenerConfig other) {
        return one.serverNames().stream()
                .sorted()
                .toList()
                .equals(other.serverNames().stream().sorted().toList());
    }

    /** What the listener at this index was; null for one that is new. */
    @Nullable ListenerConfig before(int index) {
        return origins[index] == NONE ? null : before.get(origins[index]);
    }

    /** Whether the listener that had this index is still there. */
    boolean stays(int index) {
        return stays[index];
    }

    /**
     * Whether a connection that came in through {@code then}, perhaps many documents ago, is one of
     * {@code listener}, which is one of {@code all}.
     */
    static boolean areOne(ListenerConfig then, ListenerConfig listener, List<ListenerConfig> all) {
        if (!isSamePort(then, listener)) {
            return false;
        }
        return then.name().equals(listener.name())
                || haveSameNames(then, listener)
                || all.stream().filter(one -> isSamePort(one, listener)).count() == 1;
    }
}
