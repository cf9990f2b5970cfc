package dev.plimsoll.api.project;

import dev.plimsoll.api.problem.FieldErrors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an operator wants a project to be; null was not given. */
public record ProjectDraft(
        @Nullable String id,
        @Nullable String name,
        @Nullable Integer maxListeners,
        @Nullable Integer maxTargets) {
    static final int MOST_LISTENERS = 20;
    static final int MOST_TARGETS = 250;
    private static final int MAX_NAME = 253;

    /** The only kind that every client of the API takes. */
    private static final Pattern RANDOM_UUID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    void checkNew() {
        members()
                .required("/name", name)
                .form("/projectId", id, RANDOM_UUID, "a lower-case UUID of version 4")
                .throwIfAny();
    }

    void checkUpdate() {
        members().throwIfAny();
    }

    private FieldErrors members() {
        return new FieldErrors()
                .text("/name", name, MAX_NAME)
                .range("/maxListeners", maxListeners, 1, MOST_LISTENERS)
                .range("/maxTargets", maxTargets, 1, MOST_TARGETS);
    }
}
