package dev.plimsoll.api.tenancy;

import dev.plimsoll.api.problem.FieldError;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rule for names that people give to what they manage. */
public final class DisplayName {
    private static final int MAX_LENGTH = 253;

    private DisplayName() {}

    /** What is wrong with the name. */
    public static Optional<FieldError> check(String pointer, @Nullable String name) {
        if (name == null || name.isBlank()) {
            return Optional.of(FieldError.of(pointer, FieldError.Code.REQUIRED, "is required"));
        }
        if (name.length() > MAX_LENGTH || name.chars().anyMatch(Character::isISOControl)) {
            return Optional.of(
                    new FieldError(
                            pointer,
                            FieldError.Code.MALFORMED,
                            "must be 1 to " + MAX_LENGTH + " printable characters",
                            name,
                            null));
        }
        return Optional.empty();
    }
}
