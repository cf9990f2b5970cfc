package dev.plimsoll.api.brake.web;

import dev.plimsoll.api.brake.BrakeView;
import dev.plimsoll.api.brake.Brakes;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.AdminBrakeApi;
import dev.plimsoll.openapi.model.AdminBrakeDto;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AdminBrakeController implements AdminBrakeApi {
    private final Brakes brakes;

    AdminBrakeController(Brakes brakes) {
        this.brakes = brakes;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminBrakeDto> adminGetBrake() {
        return ResponseEntity.ok(dto(brakes.get()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminBrakeDto> adminReleaseBrake() {
        return ResponseEntity.ok(dto(brakes.release(Origins.current())));
    }

    private static AdminBrakeDto dto(BrakeView brake) {
        return new AdminBrakeDto(
                        brake.engagedAt() != null, brake.dead(), brake.places(), brake.allowed())
                .engagedAt(Utc.ofNullable(brake.engagedAt()))
                .releasedAt(Utc.ofNullable(brake.releasedAt()))
                .releasedBy(brake.releasedBy());
    }
}
