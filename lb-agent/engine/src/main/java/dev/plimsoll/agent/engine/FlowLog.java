package dev.plimsoll.agent.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The last flows that ended, in a ring that is overwritten: whoever reads too slowly loses records,
 * never time of a connection's. Event loops write without waiting for anybody, and seldom, because
 * each samples above a budget ({@link FlowSampler}); any thread reads.
 */
public final class FlowLog {

    private record Entry(long position, FlowRecord record) {}

    /**
     * What a reader has before it.
     *
     * @param records the oldest first
     * @param position where to read on
     * @param lost overwritten before they were read
     */
    public record Tail(List<FlowRecord> records, long position, long lost) {
        public Tail {
            records = List.copyOf(records);
        }
    }

    private final AtomicReferenceArray<@Nullable Entry> ring;
    private final AtomicLong next = new AtomicLong();
    private final LongAdder sampledOut = new LongAdder();

    FlowLog(int capacity) {
        this.ring = new AtomicReferenceArray<>(capacity);
    }

    void add(FlowRecord record) {
        long position = next.getAndIncrement();
        ring.setRelease(slot(position), new Entry(position, record));
    }

    /** An end that a sampler passed over. */
    void passOver() {
        sampledOut.increment();
    }

    /** Where the next record will be: for who wants only those from now on. */
    public long position() {
        return next.get();
    }

    /**
     * Records from a position on that are there by now; never waits.
     *
     * @param position 0 for the oldest that there is, or where an earlier {@link Tail} ended
     */
    public Tail after(long position, int most) {
        long end = next.get();
        long at = Math.max(position, end - ring.length());
        long lost = at - position;
        var records = new ArrayList<FlowRecord>((int) Math.min(most, Math.max(0, end - at)));
        for (; at < end && records.size() < most; at++) {
            var entry = ring.getAcquire(slot(at));
            if (entry == null || entry.position < at) {
                break; // its loop is about to put it there
            }
            if (entry.position == at) {
                records.add(entry.record);
            } else {
                lost++;
            }
        }
        return new Tail(records, at, lost);
    }

    /**
     * The wanted ones among all that are kept.
     *
     * @return the newest first
     */
    public List<FlowRecord> newest(Predicate<FlowRecord> wanted, int most) {
        var records = new ArrayList<FlowRecord>();
        long end = next.get();
        for (long at = end - 1; at >= end - ring.length() && at >= 0; at--) {
            var entry = ring.getAcquire(slot(at));
            if (entry != null && entry.position == at && wanted.test(entry.record)) {
                records.add(entry.record);
                if (records.size() == most) {
                    break;
                }
            }
        }
        return records;
    }

    /** Records since the engine began. */
    public long recorded() {
        return next.get();
    }

    /** Ends since the engine began that have no record because there were too many in a second. */
    public long sampledOut() {
        return sampledOut.sum();
    }

    /** Records that are kept at most. */
    public int capacity() {
        return ring.length();
    }

    private int slot(long position) {
        return (int) (position % ring.length());
    }
}
