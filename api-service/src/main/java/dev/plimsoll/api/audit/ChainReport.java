package dev.plimsoll.api.audit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of looking through one chain.
 *
 * @param projectId null for the chain of what belongs to the whole installation
 * @param entries how many the chain is said to have
 * @param head the hash of the newest of them, as it is said to be
 * @param fault the first that was found; null where all fits
 */
public record ChainReport(
        @Nullable UUID projectId, long entries, String head, @Nullable Fault fault) {

    public boolean isIntact() {
        return fault == null;
    }

    /**
     * What does not fit.
     *
     * @param position in the chain, from 1 on; of an entry outside of it, where it would be next
     * @param entryId null where there is none
     */
    public record Fault(Kind kind, long position, @Nullable Long entryId) {}

    /** The kinds of faults. */
    public enum Kind {
        /**
         * The entry's hash is not what entry and predecessors make: one of its columns was changed.
         */
        CHANGED,
        /** The chain has no entry at this position, but has later ones. */
        MISSING,
        /** The chain ends before its head. */
        CUT_OFF,
        /** An entry that belongs to no position of the chain. */
        UNCHAINED,
        /** The chain does not lead through the head that the caller knows. */
        REWRITTEN
    }
}
