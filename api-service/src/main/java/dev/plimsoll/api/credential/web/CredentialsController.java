package dev.plimsoll.api.credential.web;

import dev.plimsoll.api.credential.Credential;
import dev.plimsoll.api.credential.CredentialDraft;
import dev.plimsoll.api.credential.Credentials;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.IdempotentPosts;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.CredentialsApi;
import dev.plimsoll.openapi.model.CreateCredentialsPayloadDto;
import dev.plimsoll.openapi.model.CreateCredentialsResponseDto;
import dev.plimsoll.openapi.model.CredentialsResponseDto;
import dev.plimsoll.openapi.model.GetCredentialsResponseDto;
import dev.plimsoll.openapi.model.ListCredentialsResponseDto;
import dev.plimsoll.openapi.model.UpdateCredentialsPayloadDto;
import dev.plimsoll.openapi.model.UpdateCredentialsResponseDto;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class CredentialsController implements CredentialsApi {
    private final Credentials credentials;
    private final IdempotentPosts posts;

    CredentialsController(Credentials credentials, IdempotentPosts posts) {
        this.credentials = credentials;
        this.posts = posts;
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<ListCredentialsResponseDto> listCredentials(
            String projectId, String region) {
        var found = credentials.list(UUID.fromString(projectId), region);
        return ResponseEntity.ok(
                new ListCredentialsResponseDto(
                        found.stream().map(CredentialsController::dto).toList()));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<CreateCredentialsResponseDto> createCredentials(
            String projectId,
            String region,
            CreateCredentialsPayloadDto payload,
            @Nullable String requestId,
            @Nullable String idempotencyKey) {
        var project = UUID.fromString(projectId);
        var draft =
                new CredentialDraft(
                        payload.getDisplayName(), payload.getUsername(), payload.getPassword());
        var origin = Origins.current();
        return posts.by(idempotencyKey, project, payload)
                .once(
                        CreateCredentialsResponseDto.class,
                        () -> credentials.create(project, region, draft, origin),
                        created ->
                                ResponseEntity.ok(new CreateCredentialsResponseDto(dto(created))));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<GetCredentialsResponseDto> getCredentials(
            String projectId, String region, String credentialsRef) {
        var found = credentials.get(UUID.fromString(projectId), region, credentialsRef);
        return ResponseEntity.ok(new GetCredentialsResponseDto(dto(found)));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<UpdateCredentialsResponseDto> updateCredentials(
            String projectId,
            String region,
            String credentialsRef,
            UpdateCredentialsPayloadDto payload) {
        var draft =
                new CredentialDraft(
                        payload.getDisplayName(), payload.getUsername(), payload.getPassword());
        var updated =
                credentials.update(
                        UUID.fromString(projectId),
                        region,
                        credentialsRef,
                        draft,
                        Origins.current());
        return ResponseEntity.ok(new UpdateCredentialsResponseDto(dto(updated)));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<Object> deleteCredentials(
            String projectId, String region, String credentialsRef) {
        credentials.delete(UUID.fromString(projectId), region, credentialsRef, Origins.current());
        return ResponseEntity.ok(Map.of());
    }

    private static CredentialsResponseDto dto(Credential credential) {
        return new CredentialsResponseDto()
                .credentialsRef(credential.ref())
                .displayName(credential.displayName())
                .region(credential.region())
                .username(credential.username());
    }
}
