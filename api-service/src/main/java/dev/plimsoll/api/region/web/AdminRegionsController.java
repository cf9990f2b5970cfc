package dev.plimsoll.api.region.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.region.Region;
import dev.plimsoll.api.region.Regions;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.AdminRegionsApi;
import dev.plimsoll.openapi.model.AdminCreateRegionPayloadDto;
import dev.plimsoll.openapi.model.AdminListRegionsResponseDto;
import dev.plimsoll.openapi.model.AdminRegionDto;
import dev.plimsoll.openapi.model.AdminUpdateRegionPayloadDto;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AdminRegionsController implements AdminRegionsApi {
    private final Regions regions;
    private final ApiSettings settings;

    AdminRegionsController(Regions regions, ApiSettings settings) {
        this.regions = regions;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminListRegionsResponseDto> adminListRegions(
            @Nullable String pageSize, @Nullable String pageId) {
        var page = regions.list(PageSize.parse(pageSize, settings.maxPageSize()), pageId);
        return ResponseEntity.ok(
                new AdminListRegionsResponseDto(page.map(AdminRegionsController::dto))
                        .nextPageId(page.nextPageId()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminRegionDto> adminCreateRegion(AdminCreateRegionPayloadDto payload) {
        var created =
                regions.create(payload.getRegion(), payload.getDisplayName(), Origins.current());
        return ResponseEntity.ok(dto(created));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminRegionDto> adminGetRegion(String region) {
        return ResponseEntity.ok(dto(regions.get(region)));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminRegionDto> adminUpdateRegion(
            String region, AdminUpdateRegionPayloadDto payload) {
        var renamed = regions.rename(region, payload.getDisplayName(), Origins.current());
        return ResponseEntity.ok(dto(renamed));
    }

    private static AdminRegionDto dto(Region region) {
        return new AdminRegionDto(region.id(), region.displayName(), Utc.of(region.createdAt()));
    }
}
