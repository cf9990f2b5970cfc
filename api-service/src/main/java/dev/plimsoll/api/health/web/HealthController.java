package dev.plimsoll.api.health.web;

import dev.plimsoll.api.health.ExplanationReport;
import dev.plimsoll.api.health.Explanations;
import dev.plimsoll.api.health.HealthReports;
import dev.plimsoll.api.read.web.QueryParameter;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.HealthApi;
import dev.plimsoll.openapi.model.HealthReportDto;
import dev.plimsoll.openapi.model.TargetExplanationDto;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class HealthController implements HealthApi {
    private final HealthReports reports;
    private final Explanations explanations;

    HealthController(HealthReports reports, Explanations explanations) {
        this.reports = reports;
        this.explanations = explanations;
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<HealthReportDto> getLoadBalancerHealth(
            String projectId, String region, String name, @Nullable String targetPool) {
        var report =
                reports.of(
                        UUID.fromString(projectId),
                        region,
                        name,
                        QueryParameter.text("targetPool", targetPool));
        return ResponseEntity.ok(ToDto.report(report));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<TargetExplanationDto> explainTarget(
            String projectId,
            String region,
            String name,
            String ip,
            @Nullable String port,
            @Nullable String targetPool) {
        ExplanationReport explanation =
                explanations.of(
                        UUID.fromString(projectId),
                        region,
                        name,
                        ip,
                        QueryParameter.text("port", port),
                        QueryParameter.text("targetPool", targetPool));
        return ResponseEntity.ok(ToDto.explanation(explanation));
    }
}
