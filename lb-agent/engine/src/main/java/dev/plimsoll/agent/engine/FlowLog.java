package dev.plimsoll.agent.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
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
    private final List<FlowSampler> samplers = new CopyOnWriteArrayList<>();

    FlowLog(int capacity) {
        this.ring = new AtomicReferenceArray<>(capacity);
    }

    /** One event loop's, for ends of one kind. */
    FlowSampler sampler(int perSecond) {
        var sampler = new FlowSampler(perSecond, System.nanoTime());
        samplers.add(sampler);
        return sampler;
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

    /** All that are there by now. */
    List<FlowRecord> kept() {
        var records = new ArrayList<FlowRecord>();
        for (int slot = 0; slot < ring.length(); slot++) {
            var entry = ring.getAcquire(slot);
            if (entry != null) {
                records.add(entry.record);
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

    /** The greatest rate of any loop at this moment: at least one in so many ends has a record. */
    public int sampledOneIn() {
        long now = System.nanoTime();
        return samplers.stream().mapToInt(sampler -> sampler.oneIn(now)).max().orElse(1);
    }

    /** Records that are kept at most. */
    public int capacity() {
        return ring.length();
    }

    private int slot(long position) {
        return (int) (position % ring.length());
    }
}
