package dev.plimsoll.api.audit.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.audit.AuditChains;
import dev.plimsoll.api.audit.AuditEntries;
import dev.plimsoll.api.audit.AuditEntry;
import dev.plimsoll.api.audit.AuditFilter;
import dev.plimsoll.api.audit.ChainReport;
import dev.plimsoll.api.audit.KnownHead;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.QueryParameter;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.AdminAuditApi;
import dev.plimsoll.openapi.api.AuditApi;
import dev.plimsoll.openapi.model.AuditChainDto;
import dev.plimsoll.openapi.model.AuditEntryDto;
import dev.plimsoll.openapi.model.AuditFaultDto;
import dev.plimsoll.openapi.model.AuditVerificationDto;
import dev.plimsoll.openapi.model.ListAuditEntriesResponseDto;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AuditController implements AuditApi, AdminAuditApi {
    private static final Pattern POSITION = Pattern.compile("[1-9][0-9]{0,17}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private final AuditEntries entries;
    private final AuditChains chains;
    private final ApiSettings settings;

    AuditController(AuditEntries entries, AuditChains chains, ApiSettings settings) {
        this.entries = entries;
        this.chains = chains;
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

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AuditVerificationDto> adminVerifyAudit(
            @Nullable String pageSize,
            @Nullable String pageId,
            @Nullable String projectId,
            @Nullable String knownPosition,
            @Nullable String knownHead) {
        var size = PageSize.parse(pageSize, settings.maxPageSize());
        var project = QueryParameter.uuid("projectId", projectId);
        var known = knownHead(project, knownPosition, knownHead);
        var page =
                project == null
                        ? chains.verify(size, pageId)
                        : new Page<>(List.of(chains.verify(project, known)), null);
        return ResponseEntity.ok(
                new AuditVerificationDto(
                                page.items().stream().allMatch(ChainReport::isIntact),
                                page.map(AuditController::dto))
                        .nextPageId(page.nextPageId()));
    }

    /** Both or neither, and of one project. */
    private static @Nullable KnownHead knownHead(
            @Nullable UUID project, @Nullable String position, @Nullable String head) {
        if (position == null && head == null) {
            return null;
        }
        require("knownPosition", position, POSITION, "must be a number, beside knownHead");
        require("knownHead", head, HASH, "must be 64 hexadecimal digits, beside knownPosition");
        if (project == null) {
            throw new DomainFailure.InvalidFields(
                    FieldError.of(
                            "#query/projectId",
                            FieldError.Code.REQUIRED,
                            "is required beside knownHead"));
        }
        return new KnownHead(Long.parseLong(String.valueOf(position)), String.valueOf(head));
    }

    private static void require(String name, @Nullable String sent, Pattern form, String detail) {
        if (sent == null || !form.matcher(sent).matches()) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "#query/" + name,
                            sent == null ? FieldError.Code.REQUIRED : FieldError.Code.MALFORMED,
                            detail,
                            sent,
                            null));
        }
    }

    private static AuditChainDto dto(ChainReport chain) {
        return new AuditChainDto()
                .projectId(chain.projectId() == null ? null : chain.projectId().toString())
                .intact(chain.isIntact())
                .entries(chain.entries())
                .head(chain.head())
                .firstFault(chain.fault() == null ? null : dto(chain.fault()));
    }

    private static AuditFaultDto dto(ChainReport.Fault fault) {
        return new AuditFaultDto()
                .kind(AuditFaultDto.KindEnum.fromValue(fault.kind().name()))
                .position(fault.position())
                .entryId(fault.entryId() == null ? null : Long.toString(fault.entryId()));
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
