package dev.plimsoll.api.audit;

import dev.plimsoll.api.audit.ChainReport.Fault;
import dev.plimsoll.api.audit.ChainReport.Kind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes from entry to entry, and stops at the first that does not fit. */
final class ChainWalk {
    static final byte[] BEFORE_THE_FIRST = new byte[32];

    private final @Nullable KnownHead known;
    private long position;
    private byte[] hash = BEFORE_THE_FIRST;

    ChainWalk(@Nullable KnownHead known) {
        this.known = known;
    }

    /** The last that fits. */
    long position() {
        return position;
    }

    /** Over the positions that come next. */
    @Nullable Fault over(List<ChainedEntry> entries) {
        for (var entry : entries) {
            var fault = over(entry);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private @Nullable Fault over(ChainedEntry entry) {
        var form = entry.canonicalForm();
        if (entry.position() != position + 1) {
            return new Fault(Kind.MISSING, position + 1, null);
        } else if (form == null) {
            return new Fault(Kind.MISSING, entry.position(), entry.entryId());
        }
        var next = sha256(hash, form);
        if (!Arrays.equals(next, entry.sha256())) {
            return new Fault(Kind.CHANGED, entry.position(), entry.entryId());
        } else if (contradicts(entry.position(), next)) {
            return new Fault(Kind.REWRITTEN, entry.position(), entry.entryId());
        }
        position++;
        hash = next;
        return null;
    }

    @Nullable Fault endsAt(AuditChains.Head head) {
        if (position != head.position() || !Arrays.equals(hash, head.sha256())) {
            return new Fault(Kind.CUT_OFF, position + 1, null);
        }
        return known != null && known.position() > position
                ? new Fault(Kind.REWRITTEN, position + 1, null)
                : null;
    }

    private boolean contradicts(long at, byte[] sha256) {
        return known != null
                && known.position() == at
                && !HexFormat.of().formatHex(sha256).equals(known.sha256());
    }

    private static byte[] sha256(byte[] before, byte[] form) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(before);
            return digest.digest(form);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
