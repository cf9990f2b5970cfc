package dev.plimsoll.api.serviceaccount.web;

import dev.plimsoll.api.serviceaccount.IssuedKey;
import dev.plimsoll.api.serviceaccount.KeyView;
import dev.plimsoll.api.serviceaccount.ServiceAccountView;
import dev.plimsoll.api.tenancy.Role;
import dev.plimsoll.openapi.model.ProjectRoleDto;
import dev.plimsoll.openapi.model.ServiceAccountDto;
import dev.plimsoll.openapi.model.ServiceAccountKeyCredentialsDto;
import dev.plimsoll.openapi.model.ServiceAccountKeyDto;
import dev.plimsoll.openapi.model.ServiceAccountKeyFileDto;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

final class ToDto {
    private ToDto() {}

    static ServiceAccountDto account(ServiceAccountView account) {
        var own = Objects.requireNonNull(account.roles().get(account.projectId()));
        var others =
                account.roles().entrySet().stream()
                        .filter(it -> !it.getKey().equals(account.projectId()))
                        .sorted(Map.Entry.comparingByKey())
                        .map(it ->
                                new ProjectRoleDto(
                                        it.getKey().toString(),
                                        ProjectRoleDto.RoleEnum.fromValue(it.getValue().id())))
                        .toList();
        return new ServiceAccountDto(
                account.id().toString(),
                account.projectId().toString(),
                account.name(),
                account.email(),
                role(own),
                others,
                account.disabledAt() != null,
                account.createdAt().atOffset(ZoneOffset.UTC));
    }

    private static ServiceAccountDto.RoleEnum role(Role role) {
        return ServiceAccountDto.RoleEnum.fromValue(role.id());
    }

    static ServiceAccountKeyDto key(KeyView key, Instant now) {
        return new ServiceAccountKeyDto(
                        key.id().toString(),
                        key.publicPem(),
                        key.createdAt().atOffset(ZoneOffset.UTC),
                        ServiceAccountKeyDto.KeyTypeEnum.USER_MANAGED,
                        ServiceAccountKeyDto.KeyOriginEnum.fromValue(key.origin()),
                        key.algorithm(),
                        key.isValidAt(now))
                .validUntil(time(key.validUntil()))
                .lastUsedAt(time(key.lastUsedAt()));
    }

    static ServiceAccountKeyFileDto keyFile(IssuedKey issued, String tokenEndpoint) {
        var key = issued.key();
        var credentials =
                new ServiceAccountKeyCredentialsDto(
                                key.id().toString(),
                                issued.account().email(),
                                issued.account().id().toString(),
                                issued.audience(),
                                URI.create(tokenEndpoint))
                        .privateKey(issued.privatePem());
        return new ServiceAccountKeyFileDto(
                        key.id().toString(),
                        key.publicPem(),
                        key.createdAt().atOffset(ZoneOffset.UTC),
                        ServiceAccountKeyFileDto.KeyTypeEnum.USER_MANAGED,
                        ServiceAccountKeyFileDto.KeyOriginEnum.fromValue(key.origin()),
                        key.algorithm(),
                        true,
                        credentials)
                .validUntil(time(key.validUntil()));
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
