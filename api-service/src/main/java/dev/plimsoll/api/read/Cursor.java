package dev.plimsoll.api.read;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import java.util.UUID;
import java.util.regex.Pattern;

/** A page id: the key of the last entry seen, in at most 63 lower-case letters, digits and -. */
public final class Cursor {
    private static final Pattern UUID_DIGITS = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");
    private static final Pattern NUMBERED =
            Pattern.compile(UUID_DIGITS.pattern() + "-" + NUMBER.pattern());
    private static final Pattern NAME = Pattern.compile("[0-9a-z](?:[0-9a-z-]{0,61}[0-9a-z])?");
    private static final int HALF = 16;

    private Cursor() {}

    public static String of(UUID id) {
        return id.toString().replace("-", "");
    }

    public static UUID uuid(String pageId) {
        check(pageId, UUID_DIGITS);
        return new UUID(
                Long.parseUnsignedLong(pageId.substring(0, HALF), HALF),
                Long.parseUnsignedLong(pageId.substring(HALF), HALF));
    }

    /** For entries that are numbered below something. */
    public record Numbered(UUID of, long number) {
        @Override
        public String toString() {
            return Cursor.of(of) + "-" + number;
        }
    }

    public static Numbered numbered(String pageId) {
        check(pageId, NUMBERED);
        int dash = pageId.indexOf('-');
        return new Numbered(
                uuid(pageId.substring(0, dash)), Long.parseLong(pageId.substring(dash + 1)));
    }

    public static long number(String pageId) {
        check(pageId, NUMBER);
        return Long.parseLong(pageId);
    }

    /** For keys that are names already. */
    public static String name(String pageId) {
        check(pageId, NAME);
        return pageId;
    }

    private static void check(String pageId, Pattern pattern) {
        if (!pattern.matcher(pageId).matches()) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "#query/pageId",
                            FieldError.Code.MALFORMED,
                            "is not a page id",
                            pageId,
                            null));
        }
    }
}
