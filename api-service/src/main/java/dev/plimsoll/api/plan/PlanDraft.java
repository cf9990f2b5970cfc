package dev.plimsoll.api.plan;

import dev.plimsoll.api.problem.FieldErrors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an operator wants a plan to be; null was not given. */
public record PlanDraft(
        @Nullable String name,
        @Nullable String description,
        @Nullable String flavorName,
        @Nullable Integer maxConnections) {
    private static final int MAX_TEXT = 253;
    private static final int MOST_CONNECTIONS = 100_000_000;
    private static final Pattern ID = Pattern.compile("[0-9a-z](?:[0-9a-z-]{0,61}[0-9a-z])?");

    void check(String id) {
        new FieldErrors()
                .form("#path/planId", id, ID, "1 to 63 of a-z, 0-9 and inner -")
                .required("/name", name)
                .text("/name", name, MAX_TEXT)
                .required("/description", description)
                .text("/description", description, MAX_TEXT)
                .required("/flavorName", flavorName)
                .text("/flavorName", flavorName, MAX_TEXT)
                .required("/maxConnections", maxConnections)
                .range("/maxConnections", maxConnections, 1, MOST_CONNECTIONS)
                .throwIfAny();
    }
}
