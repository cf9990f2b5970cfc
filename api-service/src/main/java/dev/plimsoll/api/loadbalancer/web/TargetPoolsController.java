package dev.plimsoll.api.loadbalancer.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.loadbalancer.LoadBalancerWrites;
import dev.plimsoll.api.loadbalancer.Precondition;
import dev.plimsoll.api.loadbalancer.Settling;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.TargetPoolsApi;
import dev.plimsoll.openapi.model.TargetPoolDto;
import dev.plimsoll.openapi.model.UpdateTargetPoolPayloadDto;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class TargetPoolsController implements TargetPoolsApi {
    private final LoadBalancerWrites writes;
    private final Settling settling;
    private final ApiSettings settings;

    TargetPoolsController(LoadBalancerWrites writes, Settling settling, ApiSettings settings) {
        this.writes = writes;
        this.settling = settling;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<TargetPoolDto> updateTargetPool(
            String projectId,
            String region,
            String name,
            String targetPoolName,
            UpdateTargetPoolPayloadDto payload,
            @Nullable String ifMatch,
            @Nullable String prefer) {
        var patience = Patience.of(prefer, settings.patience().put(), settings.patience().max());
        var updated =
                writes.updateTargetPool(
                        UUID.fromString(projectId),
                        region,
                        name,
                        targetPoolName,
                        FromDto.targetPool(payload),
                        new Precondition(ifMatch),
                        Origins.current());
        var view = settling.await(updated, patience);
        var pool =
                view.spec().targetPools().stream()
                        .filter(it -> targetPoolName.equals(it.name()))
                        .findFirst()
                        .orElseThrow();
        return ResponseEntity.ok().eTag(view.version()).body(ToDto.targetPool(pool));
    }
}
