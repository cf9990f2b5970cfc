package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import java.util.UUID;
import java.util.regex.Pattern;

/** A page id: the id of the last thing seen, in 32 lower-case hex digits. */
public final class Cursor {
    private static final Pattern PATTERN = Pattern.compile("[0-9a-f]{32}");
    private static final int HALF = 16;

    private Cursor() {}

    public static String of(UUID id) {
        return id.toString().replace("-", "");
    }

    public static UUID parse(String pageId) {
        if (!PATTERN.matcher(pageId).matches()) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "#query/pageId",
                            FieldError.Code.MALFORMED,
                            "is not a page id",
                            pageId,
                            null));
        }
        return new UUID(
                Long.parseUnsignedLong(pageId.substring(0, HALF), HALF),
                Long.parseUnsignedLong(pageId.substring(HALF), HALF));
    }
}
