package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import org.jspecify.annotations.Nullable;

/**
 * What a loop holds for a client until nothing has been heard for long enough; filed in the loop's
 * {@link IdleWheel}.
 */
abstract class Expiring {
    @Nullable Expiring wheelNext;
    @Nullable Expiring wheelPrevious;
    int wheelSlot;
    int idleTicks;
    int lastActiveTick;

    /**
     * @return whether it ended; otherwise it is asked again at the next tick
     */
    abstract boolean onIdle();

    /** Ends it now, whatever it is doing. */
    abstract void abort(CloseCause cause);

    /** Those that serve a client at this moment say so to the census. */
    void isCounted(Census census) {}

    /** Bytes that were read and are not yet with the kernel. */
    long bufferedBytes() {
        return 0;
    }
}
