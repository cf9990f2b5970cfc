package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.ProbeResult;
import dev.plimsoll.agent.protocol.AgentMessage.ProbeResult.Phase;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last results of one target, in a ring that is made once. Written by the target's event loop,
 * read now and then by whoever reports; the lock is held for a few stores.
 */
final class ProbeHistory {
    private static final int SIZE = TargetHealth.MOST_RECENT;
    private static final Reason[] REASONS = Reason.values();
    private static final Phase[] PHASES = Phase.values();

    private final long[] atEpochMillis = new long[SIZE];
    private final int[] millis = new int[SIZE];
    private final byte[] reason = new byte[SIZE];
    private final byte[] phase = new byte[SIZE];
    private final short[] errno = new short[SIZE];
    private final short[] httpStatus = new short[SIZE];
    private long added;

    synchronized void add(ProbeOutcome outcome, long nowEpochMillis, long tookMillis) {
        int i = (int) (added++ % SIZE);
        atEpochMillis[i] = nowEpochMillis;
        millis[i] = (int) Math.min(tookMillis, Integer.MAX_VALUE);
        reason[i] = (byte) outcome.reason().ordinal();
        phase[i] = (byte) outcome.phase().ordinal();
        errno[i] = (short) outcome.errno();
        httpStatus[i] = (short) outcome.httpStatus();
    }

    synchronized List<ProbeResult> newestFirst() {
        var results = new ArrayList<ProbeResult>(SIZE);
        for (long n = added - 1; n >= 0 && n >= added - SIZE; n--) {
            results.add(result((int) (n % SIZE)));
        }
        return results;
    }

    synchronized @Nullable ProbeResult newest() {
        return added == 0 ? null : result((int) ((added - 1) % SIZE));
    }

    private ProbeResult result(int i) {
        return new ProbeResult(
                atEpochMillis[i],
                millis[i],
                REASONS[reason[i]],
                PHASES[phase[i]],
                errno[i] == 0 ? null : (int) errno[i],
                httpStatus[i] == 0 ? null : (int) httpStatus[i]);
    }
}
