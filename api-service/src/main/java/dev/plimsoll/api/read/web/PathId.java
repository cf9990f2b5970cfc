package dev.plimsoll.api.read.web;

import dev.plimsoll.api.problem.DomainFailure;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Ids in paths. What has not the form of an id names nothing. */
public final class PathId {
    private static final Pattern FORM =
            Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private PathId() {}

    /** Fails with {@code notFound}, "project not found", unless the text is a UUID. */
    public static UUID of(String sent, String notFound) {
        return parse(sent).orElseThrow(() -> new DomainFailure.NotFound(notFound));
    }

    static Optional<UUID> parse(String sent) {
        return FORM.matcher(sent).matches() ? Optional.of(UUID.fromString(sent)) : Optional.empty();
    }
}
