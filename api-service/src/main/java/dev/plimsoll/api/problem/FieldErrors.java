package dev.plimsoll.api.problem;

import dev.plimsoll.api.problem.FieldError.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with the members of a small body; each is checked for itself. */
public final class FieldErrors {
    private static final int MAX_ERRORS = 100;

    private final List<FieldError> errors = new ArrayList<>();

    public void add(FieldError error) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(error);
        }
    }

    public FieldErrors required(String pointer, @Nullable Object value) {
        if (value == null) {
            add(FieldError.of(pointer, Code.REQUIRED, "is required"));
        }
        return this;
    }

    /** From one to {@code most} characters that can be shown, not only blanks. */
    public FieldErrors text(String pointer, @Nullable String value, int most) {
        if (value != null
                && (value.isBlank()
                        || value.length() > most
                        || value.chars().anyMatch(Character::isISOControl))) {
            add(
                    new FieldError(
                            pointer,
                            Code.MALFORMED,
                            "must be 1 to " + most + " characters, without control characters",
                            value,
                            "1.." + most + " characters"));
        }
        return this;
    }

    public FieldErrors form(
            String pointer, @Nullable String value, Pattern pattern, String allowed) {
        if (value != null && !pattern.matcher(value).matches()) {
            add(new FieldError(pointer, Code.MALFORMED, "must be " + allowed, value, allowed));
        }
        return this;
    }

    public FieldErrors range(String pointer, @Nullable Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            add(
                    new FieldError(
                            pointer,
                            Code.OUT_OF_RANGE,
                            "must be from " + least + " to " + most,
                            value.toString(),
                            least + ".." + most));
        }
        return this;
    }

    public void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new DomainFailure.InvalidFields(errors);
        }
    }
}
