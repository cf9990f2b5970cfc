package dev.plimsoll.api.read.web;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.problem.FieldError.Code;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads optional query parameters; one that is wrong is refused by its name. */
public final class QueryParameter {
    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int MAX_TEXT = 253;
    private static final int MAX_YEAR = 9999;

    private QueryParameter() {}

    public static @Nullable UUID uuid(String name, @Nullable String sent) {
        if (sent != null && !UUID_FORM.matcher(sent).matches()) {
            throw refused(name, sent, Code.MALFORMED, "must be a UUID");
        }
        return sent == null ? null : UUID.fromString(sent);
    }

    public static Optional<Instant> instant(String name, @Nullable String sent) {
        if (sent == null) {
            return Optional.empty();
        }
        try {
            var at = OffsetDateTime.parse(sent);
            if (at.getYear() >= 0 && at.getYear() <= MAX_YEAR) {
                return Optional.of(at.toInstant());
            }
        } catch (DateTimeParseException _) {
            // Answered as one that is out of range is.
        }
        throw refused(name, sent, Code.MALFORMED, "must be a time such as 2026-12-01T00:00:00Z");
    }

    public static @Nullable String oneOf(
            String name, @Nullable String sent, Collection<String> allowed) {
        if (sent != null && !allowed.contains(sent)) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "#query/" + name,
                            Code.NOT_ALLOWED,
                            "is not one of the allowed values",
                            sent,
                            String.join(", ", allowed)));
        }
        return sent;
    }

    public static @Nullable String text(String name, @Nullable String sent) {
        if (sent != null
                && (sent.length() > MAX_TEXT || sent.chars().anyMatch(Character::isISOControl))) {
            throw refused(
                    name,
                    sent,
                    Code.MALFORMED,
                    "must be at most " + MAX_TEXT + " characters, without control characters");
        }
        return sent;
    }

    private static DomainFailure refused(String name, String sent, Code code, String detail) {
        return new DomainFailure.InvalidFields(
                new FieldError("#query/" + name, code, detail, sent, null));
    }
}
