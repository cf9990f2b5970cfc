package dev.plimsoll.api.serviceaccount.web;

import dev.plimsoll.api.serviceaccount.SigningKeyView;
import dev.plimsoll.api.serviceaccount.SigningKeys;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.tenancy.web.PathId;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.SigningKeysApi;
import dev.plimsoll.openapi.model.ListSigningKeysResponseDto;
import dev.plimsoll.openapi.model.SigningKeyDto;
import java.time.ZoneOffset;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class SigningKeysController implements SigningKeysApi {
    private final SigningKeys keys;

    SigningKeysController(SigningKeys keys) {
        this.keys = keys;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ListSigningKeysResponseDto> listSigningKeys() {
        return ResponseEntity.ok(
                new ListSigningKeysResponseDto(
                        keys.active().stream().map(SigningKeysController::key).toList()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<SigningKeyDto> rotateSigningKey() {
        return ResponseEntity.ok(key(keys.rotate(Origins.current())));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<Object> retireSigningKey(String keyId) {
        keys.retire(PathId.parse(keyId, "signing key"), Origins.current());
        return ResponseEntity.ok(Map.of());
    }

    private static SigningKeyDto key(SigningKeyView key) {
        return new SigningKeyDto(key.id().toString(), key.createdAt().atOffset(ZoneOffset.UTC));
    }
}
