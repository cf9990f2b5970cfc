package dev.plimsoll.api.credential;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Credentials as they were sent; what is absent or empty was not given. */
public record CredentialDraft(
        @Nullable String displayName, @Nullable String username, @Nullable String password) {
    private static final Pattern NAME = Pattern.compile("[0-9a-z](?:[0-9a-z-]{0,251}[0-9a-z])?");
    private static final int MAX_LENGTH = 1024;

    public CredentialDraft {
        displayName = emptyToNull(displayName);
        username = emptyToNull(username);
        password = emptyToNull(password);
    }

    void checkNew() {
        var errors = new ArrayList<FieldError>();
        require("displayName", displayName, errors);
        require("username", username, errors);
        require("password", password, errors);
        check(errors);
    }

    void checkUpdate() {
        check(new ArrayList<>());
    }

    private void check(List<FieldError> errors) {
        if (displayName != null && !NAME.matcher(displayName).matches()) {
            errors.add(
                    new FieldError(
                            "/displayName",
                            FieldError.Code.MALFORMED,
                            "must be 1 to 253 of a-z, 0-9 and inner dashes",
                            displayName,
                            null));
        }
        checkText("username", username, errors);
        checkText("password", password, errors);
        if (!errors.isEmpty()) {
            throw new DomainFailure.InvalidFields(errors);
        }
    }

    private static void require(String field, @Nullable String value, List<FieldError> errors) {
        if (value == null) {
            errors.add(FieldError.of("/" + field, FieldError.Code.REQUIRED, "is required"));
        }
    }

    /** Goes into a header, encoded; never says what was sent. */
    private static void checkText(String field, @Nullable String value, List<FieldError> errors) {
        if (value == null) {
            return;
        }
        if (value.length() > MAX_LENGTH) {
            errors.add(
                    new FieldError(
                            "/" + field,
                            FieldError.Code.OUT_OF_RANGE,
                            "must have at most " + MAX_LENGTH + " characters",
                            null,
                            "1.." + MAX_LENGTH));
        } else if (value.codePoints().anyMatch(Character::isISOControl)) {
            errors.add(
                    FieldError.of(
                            "/" + field,
                            FieldError.Code.MALFORMED,
                            "must have no control characters"));
        }
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    @Override
    public String toString() {
        return "CredentialDraft[displayName=" + displayName + "]";
    }
}
