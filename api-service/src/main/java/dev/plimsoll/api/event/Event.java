package dev.plimsoll.api.event;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened to a load balancer.
 *
 * @param type any word: whoever writes events may have new ones
 */
public record Event(
        long id,
        Instant at,
        String region,
        String loadBalancer,
        String type,
        String message,
        Map<String, Object> details) {
    public Event {
        // A detail may be null, which Map.copyOf does not take.
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }
}
