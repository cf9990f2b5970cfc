package dev.plimsoll.agent.engine;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Consistent hashing on the client's address: the rules, which both agents and every restart
 * follow, are in {@code MAGLEV.md}. The table is of all targets, healthy or not, so that health
 * moves nobody but the clients of the target concerned. It takes 128 KiB and is built by the thread
 * that applies a configuration.
 */
final class Maglev {
    static final int SLOTS = 65_537;

    private static final Comparator<byte[]> NAME_ORDER =
            Comparator.<byte[]>comparingInt(name -> name.length)
                    .thenComparing(Arrays::compareUnsigned);

    private final long key;
    private final Target[] targets;
    private final char[] slots;

    private Maglev(long key, Target[] targets, char[] slots) {
        this.key = key;
        this.targets = targets;
        this.slots = slots;
    }

    /**
     * @param before gives its table away if it is of targets with the same addresses
     */
    static Maglev of(UUID loadBalancer, List<Target> targets, @Nullable Maglev before) {
        var sorted = targets.toArray(Target[]::new);
        Arrays.sort(sorted, Comparator.comparing(Maglev::name, NAME_ORDER));
        long key = key(loadBalancer);
        return before != null && before.isOf(key, sorted)
                ? new Maglev(key, sorted, before.slots)
                : new Maglev(key, sorted, build(key, sorted));
    }

    private boolean isOf(long key, Target[] sorted) {
        return this.key == key
                && Arrays.equals(targets, sorted, Comparator.comparing(Maglev::name, NAME_ORDER));
    }

    private static long key(UUID loadBalancer) {
        return KeyedHash.key(
                ByteBuffer.allocate(16)
                        .putLong(loadBalancer.getMostSignificantBits())
                        .putLong(loadBalancer.getLeastSignificantBits())
                        .array());
    }

    /** Address, then port. */
    private static byte[] name(Target target) {
        var address = target.address().getAddress().getAddress();
        return ByteBuffer.allocate(address.length + 2)
                .put(address)
                .putShort((short) target.address().getPort())
                .array();
    }

    private static char[] build(long key, Target[] targets) {
        if (targets.length == 0) {
            return new char[0];
        }
        var next = new int[targets.length];
        var skip = new int[targets.length];
        for (int i = 0; i < targets.length; i++) {
            var name = name(targets[i]);
            next[i] = (int) Long.remainderUnsigned(KeyedHash.of(key, 'o', name), SLOTS);
            skip[i] = 1 + (int) Long.remainderUnsigned(KeyedHash.of(key, 's', name), SLOTS - 1);
        }
        return fill(next, skip);
    }

    /** In turn, each target takes the next free slot of its own permutation. */
    private static char[] fill(int[] next, int[] skip) {
        var slots = new char[SLOTS];
        var taken = new boolean[SLOTS];
        for (int filled = 0; ; ) {
            for (int i = 0; i < next.length; i++) {
                while (taken[next[i]]) {
                    next[i] = after(next[i], skip[i]);
                }
                taken[next[i]] = true;
                slots[next[i]] = (char) i;
                if (++filled == SLOTS) {
                    return slots;
                }
            }
        }
    }

    private static int after(int slot, int step) {
        int next = slot + step;
        return next < SLOTS ? next : next - SLOTS;
    }

    /**
     * @return the target of the client's slot, or else of the next one on the client's way through
     *     the table, that is healthy and not among the first {@code tries} of {@code tried}
     */
    @Nullable Target pick(InetAddress client, @Nullable Target[] tried, int tries) {
        var address = client.getAddress();
        int slot = slot(address);
        int step = 0;
        for (int i = 0; i < slots.length; i++) {
            var candidate = targets[slots[slot]];
            if (candidate.isHealthy() && !Pool.contains(tried, tries, candidate)) {
                return candidate;
            }
            step = step == 0 ? step(address) : step;
            slot = after(slot, step);
        }
        return null;
    }

    int slot(byte[] client) {
        return (int) Long.remainderUnsigned(KeyedHash.of(key, 'c', client), SLOTS);
    }

    /** The client's own, because a target's neighbours in the table are not evenly mixed. */
    int step(byte[] client) {
        return 1 + (int) Long.remainderUnsigned(KeyedHash.of(key, 'n', client), SLOTS - 1);
    }

    /** The target that has a slot while all are healthy. */
    Target at(int slot) {
        return targets[slots[slot]];
    }
}
