package dev.plimsoll.api.read.web;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The query parameter {@code pageSize}, a string by contract. */
public final class PageSize {
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,6}");

    private PageSize() {}

    public static int parse(@Nullable String sent, int max) {
        if (sent == null) {
            return max;
        }
        if (!NUMBER.matcher(sent).matches() || Integer.parseInt(sent) > max) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "#query/pageSize",
                            FieldError.Code.OUT_OF_RANGE,
                            "must be from 1 to " + max,
                            sent,
                            "1.." + max));
        }
        return Integer.parseInt(sent);
    }
}
