package dev.plimsoll.api.serviceaccount.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.serviceaccount.KeyDraft;
import dev.plimsoll.api.serviceaccount.RoleDraft;
import dev.plimsoll.api.serviceaccount.ServiceAccountKeys;
import dev.plimsoll.api.serviceaccount.ServiceAccounts;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.tenancy.Role;
import dev.plimsoll.api.tenancy.web.PathId;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.ServiceAccountsApi;
import dev.plimsoll.openapi.model.CreateServiceAccountKeyPayloadDto;
import dev.plimsoll.openapi.model.CreateServiceAccountPayloadDto;
import dev.plimsoll.openapi.model.ListServiceAccountKeysResponseDto;
import dev.plimsoll.openapi.model.ListServiceAccountsResponseDto;
import dev.plimsoll.openapi.model.ProjectRoleDto;
import dev.plimsoll.openapi.model.ServiceAccountDto;
import dev.plimsoll.openapi.model.ServiceAccountKeyDto;
import dev.plimsoll.openapi.model.ServiceAccountKeyFileDto;
import dev.plimsoll.openapi.model.UpdateServiceAccountPayloadDto;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ServiceAccountsController implements ServiceAccountsApi {
    private final ServiceAccounts accounts;
    private final ServiceAccountKeys keys;
    private final TokenEndpoint tokenEndpoint;
    private final ApiSettings settings;
    private final InstantSource clock;

    ServiceAccountsController(
            ServiceAccounts accounts,
            ServiceAccountKeys keys,
            TokenEndpoint tokenEndpoint,
            ApiSettings settings,
            InstantSource apiClock) {
        this.accounts = accounts;
        this.keys = keys;
        this.tokenEndpoint = tokenEndpoint;
        this.settings = settings;
        this.clock = apiClock;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ServiceAccountDto> createServiceAccount(
            String projectId, CreateServiceAccountPayloadDto payload) {
        var own = payload.getRole() == null ? null : Role.of(payload.getRole().getValue());
        var roles = new RoleDraft(own, others(payload.getOtherRoles()));
        return ResponseEntity.ok(
                ToDto.account(
                        accounts.create(
                                project(projectId), payload.getName(), roles, Origins.current())));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ListServiceAccountsResponseDto> listServiceAccounts(
            String projectId, @Nullable String pageSize, @Nullable String pageId) {
        var size = PageSize.parse(pageSize, settings.maxPageSize());
        var page = accounts.list(project(projectId), size, pageId);
        return ResponseEntity.ok(
                new ListServiceAccountsResponseDto(page.map(ToDto::account))
                        .nextPageId(page.nextPageId()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ServiceAccountDto> getServiceAccount(
            String projectId, String serviceAccountId) {
        return ResponseEntity.ok(
                ToDto.account(accounts.get(project(projectId), account(serviceAccountId))));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ServiceAccountDto> updateServiceAccount(
            String projectId, String serviceAccountId, UpdateServiceAccountPayloadDto payload) {
        var own = payload.getRole() == null ? null : Role.of(payload.getRole().getValue());
        return ResponseEntity.ok(
                ToDto.account(
                        accounts.update(
                                project(projectId),
                                account(serviceAccountId),
                                new RoleDraft(own, others(payload.getOtherRoles())),
                                Boolean.TRUE.equals(payload.getDisabled()),
                                Origins.current())));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<Object> deleteServiceAccount(String projectId, String serviceAccountId) {
        accounts.delete(project(projectId), account(serviceAccountId), Origins.current());
        return ResponseEntity.ok(Map.of());
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ServiceAccountKeyFileDto> createServiceAccountKey(
            String projectId, String serviceAccountId, CreateServiceAccountKeyPayloadDto payload) {
        var validUntil = payload.getValidUntil();
        var draft =
                new KeyDraft(
                        payload.getPublicKey(), validUntil == null ? null : validUntil.toInstant());
        var issued =
                keys.create(
                        project(projectId), account(serviceAccountId), draft, Origins.current());
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(ToDto.keyFile(issued, tokenEndpoint.url()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ListServiceAccountKeysResponseDto> listServiceAccountKeys(
            String projectId, String serviceAccountId) {
        var now = clock.instant();
        return ResponseEntity.ok(
                new ListServiceAccountKeysResponseDto(
                        keys.list(project(projectId), account(serviceAccountId)).stream()
                                .map(it -> ToDto.key(it, now))
                                .toList()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ServiceAccountKeyDto> getServiceAccountKey(
            String projectId, String serviceAccountId, String keyId) {
        return ResponseEntity.ok(
                ToDto.key(
                        keys.get(project(projectId), account(serviceAccountId), key(keyId)),
                        clock.instant()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<Object> deleteServiceAccountKey(
            String projectId, String serviceAccountId, String keyId) {
        keys.delete(project(projectId), account(serviceAccountId), key(keyId), Origins.current());
        return ResponseEntity.ok(Map.of());
    }

    private static List<RoleDraft.InOther> others(@Nullable List<ProjectRoleDto> sent) {
        return sent == null
                ? List.of()
                : sent.stream()
                        .map(it ->
                                new RoleDraft.InOther(
                                        it.getProjectId(),
                                        it.getRole() == null
                                                ? null
                                                : Role.of(it.getRole().getValue())))
                        .toList();
    }

    private static UUID project(String id) {
        return PathId.parse(id, "project");
    }

    private static UUID account(String id) {
        return PathId.parse(id, "service account");
    }

    private static UUID key(String id) {
        return PathId.parse(id, "key");
    }
}
