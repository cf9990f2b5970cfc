package dev.plimsoll.api.plan.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.plan.Plan;
import dev.plimsoll.api.plan.PlanDraft;
import dev.plimsoll.api.plan.PlanWrites;
import dev.plimsoll.api.plan.Plans;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.AdminPlansApi;
import dev.plimsoll.openapi.model.AdminListPlansResponseDto;
import dev.plimsoll.openapi.model.AdminPlanDto;
import dev.plimsoll.openapi.model.AdminSetPlanPayloadDto;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AdminPlansController implements AdminPlansApi {
    private final Plans plans;
    private final PlanWrites writes;
    private final ApiSettings settings;

    AdminPlansController(Plans plans, PlanWrites writes, ApiSettings settings) {
        this.plans = plans;
        this.writes = writes;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminListPlansResponseDto> adminListPlans(
            String region, @Nullable String pageSize, @Nullable String pageId) {
        var size = PageSize.parse(pageSize, settings.maxPageSize());
        var page = plans.list(region, size, pageId);
        return ResponseEntity.ok(
                new AdminListPlansResponseDto(page.map(AdminPlansController::dto))
                        .nextPageId(page.nextPageId()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminPlanDto> adminSetPlan(
            String region, String planId, AdminSetPlanPayloadDto payload) {
        var draft =
                new PlanDraft(
                        payload.getName(),
                        payload.getDescription(),
                        payload.getFlavorName(),
                        payload.getMaxConnections());
        return ResponseEntity.ok(dto(writes.set(region, planId, draft, Origins.current())));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<Object> adminRetirePlan(String region, String planId) {
        writes.retire(region, planId, Origins.current());
        return ResponseEntity.ok(Map.of());
    }

    private static AdminPlanDto dto(Plan plan) {
        return new AdminPlanDto(
                        plan.region(),
                        plan.id(),
                        plan.name(),
                        plan.description(),
                        plan.flavorName(),
                        plan.maxConnections())
                .retiredAt(Utc.ofNullable(plan.retiredAt()));
    }
}
