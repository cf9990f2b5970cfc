package dev.plimsoll.api.tenancy.web;

import dev.plimsoll.api.problem.DomainFailure;
import java.util.UUID;

/** An id in a path. What cannot be an id is not found, like an id that nothing has. */
public final class PathId {
    private PathId() {}

    public static UUID parse(String value, String noun) {
        try {
            var id = UUID.fromString(value);
            if (id.toString().equalsIgnoreCase(value)) {
                return id;
            }
        } catch (IllegalArgumentException _) {
            // Not found, as below.
        }
        throw new DomainFailure.NotFound(noun + " not found");
    }
}
