package dev.plimsoll.api.audit.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.audit.AuditEntries;
import dev.plimsoll.api.audit.AuditEntry;
import dev.plimsoll.api.audit.AuditFilter;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.QueryParameter;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.AdminAuditApi;
import dev.plimsoll.openapi.api.AuditApi;
import dev.plimsoll.openapi.model.AuditEntryDto;
import dev.plimsoll.openapi.model.ListAuditEntriesResponseDto;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AuditController implements AuditApi, AdminAuditApi {
    private final AuditEntries entries;
    private final ApiSettings settings;

    AuditController(AuditEntries entries, ApiSettings settings) {
        this.entries = entries;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<ListAuditEntriesResponseDto> listAuditEntries(
            String projectId,
            @Nullable String pageSize,
            @Nullable String pageId,
            @Nullable String action,
            @Nullable String author,
            @Nullable String since,
            @Nullable String until) {
        var filter = filter(UUID.fromString(projectId), action, author, since, until);
        return answer(filter, pageSize, pageId);
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ListAuditEntriesResponseDto> adminListAuditEntries(
            @Nullable String pageSize,
            @Nullable String pageId,
            @Nullable String projectId,
            @Nullable String action,
            @Nullable String author,
            @Nullable String since,
            @Nullable String until) {
        var project = QueryParameter.uuid("projectId", projectId);
        return answer(filter(project, action, author, since, until), pageSize, pageId);
    }

    private static AuditFilter filter(
            @Nullable UUID projectId,
            @Nullable String action,
            @Nullable String author,
            @Nullable String since,
            @Nullable String until) {
        return new AuditFilter(
                projectId,
                QueryParameter.text("action", action),
                QueryParameter.text("author", author),
                QueryParameter.instant("since", since).orElse(null),
                QueryParameter.instant("until", until).orElse(null));
    }

    private ResponseEntity<ListAuditEntriesResponseDto> answer(
            AuditFilter filter, @Nullable String pageSize, @Nullable String pageId) {
        var size = PageSize.parse(pageSize, settings.maxPageSize());
        var page = entries.list(filter, size, pageId);
        return ResponseEntity.ok(
                new ListAuditEntriesResponseDto(page.map(AuditController::dto))
                        .nextPageId(page.nextPageId()));
    }

    private static AuditEntryDto dto(AuditEntry entry) {
        return new AuditEntryDto()
                .id(Long.toString(entry.id()))
                .at(Utc.of(entry.at()))
                .projectId(entry.projectId() == null ? null : entry.projectId().toString())
                .author(entry.author())
                .client(entry.client())
                .requestId(entry.requestId())
                .action(entry.action())
                .resource(entry.resource())
                .details(entry.details());
    }
}
