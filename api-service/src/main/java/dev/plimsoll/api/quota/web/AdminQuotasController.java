package dev.plimsoll.api.quota.web;

import dev.plimsoll.api.quota.Limits;
import dev.plimsoll.api.quota.ProjectQuotas;
import dev.plimsoll.api.quota.ProjectQuotas.ProjectQuota;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.tenancy.web.PathId;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.AdminQuotasApi;
import dev.plimsoll.openapi.model.AdminQuotaDto;
import dev.plimsoll.openapi.model.AdminSetQuotaPayloadDto;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AdminQuotasController implements AdminQuotasApi {
    private final ProjectQuotas quotas;

    AdminQuotasController(ProjectQuotas quotas) {
        this.quotas = quotas;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminQuotaDto> adminGetQuota(String projectId, String region) {
        return answer(projectId, region, quotas.get(id(projectId), region));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminQuotaDto> adminSetQuota(
            String projectId, String region, AdminSetQuotaPayloadDto payload) {
        var limits = new Limits(payload.getMaxLoadBalancers(), payload.getMaxCredentials());
        return answer(
                projectId, region, quotas.set(id(projectId), region, limits, Origins.current()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<Object> adminResetQuota(String projectId, String region) {
        quotas.reset(id(projectId), region, Origins.current());
        return ResponseEntity.ok(Map.of());
    }

    private static UUID id(String projectId) {
        return PathId.parse(projectId, "project");
    }

    private static ResponseEntity<AdminQuotaDto> answer(
            String projectId, String region, ProjectQuota found) {
        var quota = found.quota();
        return ResponseEntity.ok(
                new AdminQuotaDto(
                        projectId,
                        region,
                        found.ownLimits(),
                        quota.maxLoadBalancers(),
                        quota.usedLoadBalancers(),
                        quota.maxCredentials(),
                        quota.usedCredentials()));
    }
}
