package dev.plimsoll.api.audit;

import dev.plimsoll.api.read.Conditions;
import dev.plimsoll.api.read.Rows;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which entries; null is any.
 *
 * @param action how the action begins
 * @param author a part of the author's name
 * @param until not included
 */
public record AuditFilter(
        @Nullable UUID projectId,
        @Nullable String action,
        @Nullable String author,
        @Nullable Instant since,
        @Nullable Instant until) {

    Conditions conditions() {
        return new Conditions()
                .and("project_id = :project", "project", projectId)
                .and("starts_with(action, :action)", "action", action)
                .and("strpos(author, :author) > 0", "author", author)
                .and("at >= :since", "since", Rows.parameter(since))
                .and("at < :until", "until", Rows.parameter(until));
    }
}
