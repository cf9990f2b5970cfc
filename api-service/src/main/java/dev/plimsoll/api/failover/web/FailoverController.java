package dev.plimsoll.api.failover.web;

import dev.plimsoll.api.failover.Failovers;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.FailoverApi;
import dev.plimsoll.openapi.model.FailoverOrderDto;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class FailoverController implements FailoverApi {
    private final Failovers failovers;

    FailoverController(Failovers failovers) {
        this.failovers = failovers;
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<FailoverOrderDto> failoverLoadBalancer(
            String projectId, String region, String name) {
        var order = failovers.start(UUID.fromString(projectId), region, name, Origins.current());
        return ResponseEntity.ok(
                new FailoverOrderDto(
                        order.fromMachine().toString(),
                        order.toMachine().toString(),
                        Utc.of(order.requestedAt())));
    }
}
