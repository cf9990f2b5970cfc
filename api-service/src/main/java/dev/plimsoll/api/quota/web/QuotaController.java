package dev.plimsoll.api.quota.web;

import dev.plimsoll.api.quota.Quotas;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.QuotaApi;
import dev.plimsoll.openapi.model.GetQuotaResponseDto;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class QuotaController implements QuotaApi {
    private final Quotas quotas;

    QuotaController(Quotas quotas) {
        this.quotas = quotas;
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<GetQuotaResponseDto> getQuota(String projectId, String region) {
        var project = UUID.fromString(projectId);
        var quota = quotas.of(project, region);
        return ResponseEntity.ok(
                new GetQuotaResponseDto(
                        projectId,
                        region,
                        quota.maxLoadBalancers(),
                        quota.usedLoadBalancers(),
                        quota.maxCredentials(),
                        quota.usedCredentials()));
    }
}
