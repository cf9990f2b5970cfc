package dev.plimsoll.api.plan.web;

import dev.plimsoll.api.plan.Plan;
import dev.plimsoll.api.plan.Plans;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.PlansApi;
import dev.plimsoll.openapi.model.ListPlansResponseDto;
import dev.plimsoll.openapi.model.PlanDetailsDto;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class PlansController implements PlansApi {
    private final Plans plans;

    PlansController(Plans plans) {
        this.plans = plans;
    }

    @Override
    @Requires(Permission.READ_CATALOGUE)
    public ResponseEntity<ListPlansResponseDto> listPlans(String region) {
        var details = plans.of(region).stream().map(PlansController::dto).toList();
        return ResponseEntity.ok(new ListPlansResponseDto(details));
    }

    private static PlanDetailsDto dto(Plan plan) {
        return new PlanDetailsDto(
                plan.id(),
                plan.name(),
                plan.description(),
                plan.flavorName(),
                plan.maxConnections(),
                plan.region());
    }
}
