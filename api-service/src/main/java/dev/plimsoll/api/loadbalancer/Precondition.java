package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.problem.DomainFailure;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The header {@code If-Match}; without it, everything may proceed. */
public record Precondition(@Nullable String ifMatch) {

    void check(String version) {
        if (ifMatch != null
                && Arrays.stream(ifMatch.split(","))
                        .map(String::strip)
                        .noneMatch(tag -> tag.equals("*") || tag.equals("\"" + version + "\""))) {
            throw new DomainFailure.PreconditionFailed();
        }
    }

    /** For what is not there; nothing matches it, not even {@code *}. */
    void checkAbsent() {
        if (ifMatch != null) {
            throw new DomainFailure.PreconditionFailed();
        }
    }
}
