package dev.plimsoll.api.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One write.
 *
 * @param projectId null for what belongs to the whole installation
 */
public record AuditEntry(
        long id,
        Instant at,
        @Nullable UUID projectId,
        String author,
        @Nullable String client,
        String requestId,
        String action,
        String resource,
        Map<String, Object> details) {
    public AuditEntry {
        // A detail may be null, which Map.copyOf does not take.
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }
}
