package dev.plimsoll.api.loadbalancer.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.LoadBalancerWrites;
import dev.plimsoll.api.loadbalancer.Precondition;
import dev.plimsoll.api.loadbalancer.Settling;
import dev.plimsoll.api.loadbalancer.Written;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.TargetPoolsApi;
import dev.plimsoll.openapi.model.TargetPoolDto;
import dev.plimsoll.openapi.model.UpdateTargetPoolPayloadDto;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class TargetPoolsController implements TargetPoolsApi {
    private final LoadBalancerWrites writes;
    private final Settling settling;
    private final DryRuns dryRuns;
    private final ApiSettings settings;

    TargetPoolsController(
            LoadBalancerWrites writes, Settling settling, DryRuns dryRuns, ApiSettings settings) {
        this.writes = writes;
        this.settling = settling;
        this.dryRuns = dryRuns;
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
            @Nullable String prefer,
            @Nullable String dryRun) {
        var patience = Patience.of(prefer, settings.patience().put(), settings.patience().max());
        var project = UUID.fromString(projectId);
        var sent = FromDto.targetPool(payload);
        var precondition = new Precondition(ifMatch);
        var origin = Origins.current();
        Supplier<Written> write =
                () ->
                        writes.updateTargetPool(
                                project, region, name, targetPoolName, sent, precondition, origin);
        return DryRuns.isAsked(dryRun)
                ? dryRuns.of(region, write)
                : answer(settling.await(write.get().view(), patience), targetPoolName);
    }

    private static ResponseEntity<TargetPoolDto> answer(LoadBalancerView view, String poolName) {
        var pool =
                view.spec().targetPools().stream()
                        .filter(it -> poolName.equals(it.name()))
                        .findFirst()
                        .orElseThrow();
        return ResponseEntity.ok().eTag(view.version()).body(ToDto.targetPool(pool));
    }
}
