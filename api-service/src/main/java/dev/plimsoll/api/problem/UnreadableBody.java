package dev.plimsoll.api.problem;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Says which field of a JSON body could not be read, and why. */
final class UnreadableBody {
    /** Fields whose content is not repeated, whatever is wrong with it. */
    private static final String SECRET = "password";

    private UnreadableBody() {}

    static FieldError fieldError(@Nullable Throwable cause) {
        var error = asSent(cause);
        return error.pointer().toLowerCase(Locale.ROOT).endsWith(SECRET)
                ? FieldError.of(error.pointer(), error.code(), error.detail())
                : error;
    }

    private static FieldError asSent(@Nullable Throwable cause) {
        return switch (cause) {
            case InvalidFormatException e -> wrongValue(e, e.getTargetType(), e.getValue());
            case ValueInstantiationException e ->
                    wrongValue(e, e.getType().getRawClass(), rejected(e));
            case MismatchedInputException e -> wrongType(e);
            case InputCoercionException e ->
                    FieldError.of(
                            pointer(e),
                            FieldError.Code.OUT_OF_RANGE,
                            "must be " + jsonName(e.getTargetType()));
            case JacksonException e ->
                    FieldError.of(
                            "#", FieldError.Code.MALFORMED, "the body is not JSON" + location(e));
            case null, default ->
                    FieldError.of("#", FieldError.Code.REQUIRED, "a JSON body is required");
        };
    }

    private static FieldError wrongType(MismatchedInputException e) {
        var type = e.getTargetType();
        var name = type == null ? "something else" : jsonName(type);
        return FieldError.of(pointer(e), FieldError.Code.WRONG_TYPE, "must be " + name);
    }

    private static FieldError wrongValue(
            DatabindException e, @Nullable Class<?> type, @Nullable Object value) {
        var rejected = value == null ? null : value.toString();
        if (type != null && type.isEnum()) {
            var allowed =
                    Arrays.stream(type.getEnumConstants())
                            .map(Object::toString)
                            .filter(name -> !name.endsWith("_UNSPECIFIED"))
                            .collect(Collectors.joining(", "));
            return new FieldError(
                    pointer(e),
                    FieldError.Code.NOT_ALLOWED,
                    "is not one of the allowed values",
                    rejected,
                    allowed);
        }
        var name = type == null ? "something else" : jsonName(type);
        return new FieldError(
                pointer(e), FieldError.Code.WRONG_TYPE, "must be " + name, rejected, null);
    }

    /** The generated enums say {@code Unexpected value 'x'}. */
    private static @Nullable String rejected(ValueInstantiationException e) {
        var message = e.getCause() == null ? null : e.getCause().getMessage();
        if (message == null) {
            return null;
        }
        int first = message.indexOf('\'');
        int last = message.lastIndexOf('\'');
        return first < last ? message.substring(first + 1, last) : null;
    }

    private static String pointer(JacksonException e) {
        var pointer = new StringBuilder();
        for (var reference : e.getPath()) {
            var name = reference.getPropertyName();
            pointer.append('/').append(name != null ? name : reference.getIndex());
        }
        return pointer.isEmpty() ? "#" : pointer.toString();
    }

    private static String location(JacksonException e) {
        var location = e.getLocation();
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
    }

    private static String jsonName(Class<?> type) {
        if (type == String.class) {
            return "a string";
        } else if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        } else if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return "a whole number of 32 bits";
        } else if (Iterable.class.isAssignableFrom(type)) {
            return "an array";
        } else if (type == java.time.OffsetDateTime.class) {
            return "a time such as 2026-12-01T00:00:00Z";
        } else if (type == java.util.UUID.class) {
            return "a UUID";
        } else if (type.isEnum()) {
            return "one of the allowed strings";
        }
        return "an object";
    }
}
