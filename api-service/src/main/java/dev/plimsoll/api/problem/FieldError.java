package dev.plimsoll.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** One field that is wrong. {@code rejected} is shortened: it comes from the client. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FieldError(
        String pointer,
        Code code,
        String detail,
        @Nullable String rejected,
        @Nullable String allowed) {
    private static final int MAX_REJECTED = 40;

    /** Kinds of mistakes. */
    public enum Code {
        REQUIRED,
        WRONG_TYPE,
        MALFORMED,
        OUT_OF_RANGE,
        TOO_MANY,
        NOT_ALLOWED,
        UNKNOWN_REFERENCE,
        DUPLICATE,
        IMMUTABLE,
        CONFLICT
    }

    public FieldError {
        rejected = shortened(rejected);
    }

    public static FieldError of(String pointer, Code code, String detail) {
        return new FieldError(pointer, code, detail, null, null);
    }

    /** {@code listeners[0].port: must be …}. */
    String inWords() {
        var words = new StringBuilder();
        for (var part : pointer.substring(1).split("/", -1)) {
            if (!part.isEmpty() && part.chars().allMatch(Character::isDigit)) {
                words.append('[').append(part).append(']');
            } else {
                words.append(words.isEmpty() ? "" : ".").append(part);
            }
        }
        return words.isEmpty() ? detail : words + ": " + detail;
    }

    private static @Nullable String shortened(@Nullable String value) {
        return value == null || value.length() <= MAX_REJECTED
                ? value
                : value.substring(0, MAX_REJECTED) + "…";
    }
}
