package dev.plimsoll.api.work.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.work.WorkItem;
import dev.plimsoll.api.work.WorkItems;
import dev.plimsoll.openapi.api.AdminLeasesApi;
import dev.plimsoll.openapi.model.AdminLeaseDto;
import dev.plimsoll.openapi.model.AdminListLeasesResponseDto;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AdminLeasesController implements AdminLeasesApi {
    private final WorkItems items;
    private final ApiSettings settings;

    AdminLeasesController(WorkItems items, ApiSettings settings) {
        this.items = items;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminListLeasesResponseDto> adminListLeases(
            @Nullable String pageSize, @Nullable String pageId) {
        var page = items.list(PageSize.parse(pageSize, settings.maxPageSize()), pageId);
        return ResponseEntity.ok(
                new AdminListLeasesResponseDto(page.map(AdminLeasesController::dto))
                        .nextPageId(page.nextPageId()));
    }

    private static AdminLeaseDto dto(WorkItem item) {
        var dto =
                new AdminLeaseDto()
                        .loadBalancerId(item.loadBalancerId().toString())
                        .projectId(item.projectId().toString())
                        .region(item.region())
                        .loadBalancerName(item.loadBalancerName())
                        .reason(item.reason())
                        .enqueuedAt(Utc.of(item.enqueuedAt()))
                        .attempt(item.attempt())
                        .nextTry(Utc.of(item.nextTry()))
                        .waitingFor(item.waitingFor())
                        .waitingSince(Utc.ofNullable(item.waitingSince()));
        var lease = item.lease();
        return lease == null
                ? dto
                : dto.owner(lease.owner()).epoch(lease.epoch()).until(Utc.of(lease.until()));
    }
}
