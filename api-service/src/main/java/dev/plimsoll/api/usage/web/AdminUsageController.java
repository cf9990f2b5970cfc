package dev.plimsoll.api.usage.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.tenancy.web.PathId;
import dev.plimsoll.api.usage.PriceModels;
import dev.plimsoll.api.usage.UsageComparisons;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.AdminUsageApi;
import dev.plimsoll.openapi.model.AdminPricingDto;
import dev.plimsoll.openapi.model.AdminSetPriceModelPayloadDto;
import dev.plimsoll.openapi.model.UsageVerificationDto;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AdminUsageController implements AdminUsageApi {
    private final PriceModels priceModels;
    private final UsageComparisons comparisons;
    private final ApiSettings settings;

    AdminUsageController(
            PriceModels priceModels, UsageComparisons comparisons, ApiSettings settings) {
        this.priceModels = priceModels;
        this.comparisons = comparisons;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminPricingDto> adminGetPriceModel(String projectId) {
        return ResponseEntity.ok(ToDto.priceModel(priceModels.get(id(projectId))));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminPricingDto> adminSetPriceModel(
            String projectId, AdminSetPriceModelPayloadDto payload) {
        var set = priceModels.set(id(projectId), payload.getPriceModel(), Origins.current());
        return ResponseEntity.ok(ToDto.priceModel(set));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<UsageVerificationDto> adminVerifyUsage(
            String projectId, @Nullable String pageSize, @Nullable String pageId) {
        var size = PageSize.parse(pageSize, settings.maxPageSize());
        var page = comparisons.ofProject(id(projectId), size, pageId);
        var mismatches = page.items().stream().filter(it -> !it.isMatch()).toList();
        return ResponseEntity.ok(
                new UsageVerificationDto(
                                mismatches.isEmpty(),
                                page.items().size(),
                                mismatches.stream().map(ToDto::mismatch).toList())
                        .nextPageId(page.nextPageId()));
    }

    private static UUID id(String projectId) {
        return PathId.parse(projectId, "project");
    }
}
