package dev.plimsoll.api.v1.web;

import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.ServiceApi;
import dev.plimsoll.openapi.model.GetServiceStatusResponseDto;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

/** What a project had to do before it could order; there is nothing left to do. */
@RestController
class ServiceController implements ServiceApi {

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<GetServiceStatusResponseDto> getServiceStatus(String projectId) {
        return ResponseEntity.ok(
                new GetServiceStatusResponseDto()
                        .status(GetServiceStatusResponseDto.StatusEnum.STATUS_READY));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<Object> enableService(String projectId, @Nullable String requestId) {
        return ResponseEntity.ok(Map.of());
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<Object> disableService(String projectId) {
        return ResponseEntity.ok(Map.of());
    }
}
