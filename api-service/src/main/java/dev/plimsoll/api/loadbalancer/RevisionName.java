package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.problem.DomainFailure;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of the revisions under a name.
 *
 * @param generation null is the newest
 * @param owner the last digits of the load balancer's id; null is whoever had the name last
 */
public record RevisionName(@Nullable Long generation, @Nullable String owner) {
    private static final Pattern GENERATION = Pattern.compile("[1-9][0-9]{0,17}");

    public static RevisionName newest() {
        return new RevisionName(null, null);
    }

    /** A generation, {@code 3}, or a version, {@code lb-3-3f9a21bc}. */
    public static RevisionName parse(String text) {
        if (GENERATION.matcher(text).matches()) {
            return new RevisionName(Long.valueOf(text), null);
        }
        return Version.parse(text).orElseThrow(RevisionName::unknown);
    }

    static DomainFailure unknown() {
        return new DomainFailure.NotFound("revision not found");
    }
}
