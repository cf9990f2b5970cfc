package dev.plimsoll.api.tenancy.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.tenancy.IssuedToken;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.tenancy.Role;
import dev.plimsoll.api.tenancy.TokenDraft;
import dev.plimsoll.api.tenancy.TokenView;
import dev.plimsoll.api.tenancy.Tokens;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.TokensApi;
import dev.plimsoll.openapi.model.CreateOperatorTokenPayloadDto;
import dev.plimsoll.openapi.model.CreateTokenPayloadDto;
import dev.plimsoll.openapi.model.CreatedTokenDto;
import dev.plimsoll.openapi.model.ListTokensResponseDto;
import dev.plimsoll.openapi.model.TokenDto;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class TokensController implements TokensApi {
    private static final String NOUN = "token";
    private static final String PROJECT = "project";

    private final Tokens tokens;
    private final ApiSettings settings;

    TokensController(Tokens tokens, ApiSettings settings) {
        this.tokens = tokens;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<CreatedTokenDto> createToken(
            String projectId, CreateTokenPayloadDto payload) {
        var role = payload.getRole() == null ? null : Role.of(payload.getRole().getValue());
        var draft = new TokenDraft(payload.getName(), role, instant(payload.getExpiresAt()));
        return created(tokens.create(project(projectId), draft, Origins.current()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ListTokensResponseDto> listTokens(
            String projectId, @Nullable String pageSize, @Nullable String pageId) {
        return page(project(projectId), pageSize, pageId);
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<TokenDto> getToken(String projectId, String tokenId) {
        return ResponseEntity.ok(
                token(tokens.get(project(projectId), PathId.parse(tokenId, NOUN))));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<Object> revokeToken(String projectId, String tokenId) {
        tokens.revoke(project(projectId), PathId.parse(tokenId, NOUN), Origins.current());
        return ResponseEntity.ok(Map.of());
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<CreatedTokenDto> createOperatorToken(
            CreateOperatorTokenPayloadDto payload) {
        var draft =
                new TokenDraft(payload.getName(), Role.OPERATOR, instant(payload.getExpiresAt()));
        return created(tokens.create(null, draft, Origins.current()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ListTokensResponseDto> listOperatorTokens(
            @Nullable String pageSize, @Nullable String pageId) {
        return page(null, pageSize, pageId);
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<TokenDto> getOperatorToken(String tokenId) {
        return ResponseEntity.ok(token(tokens.get(null, PathId.parse(tokenId, NOUN))));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<Object> revokeOperatorToken(String tokenId) {
        tokens.revoke(null, PathId.parse(tokenId, NOUN), Origins.current());
        return ResponseEntity.ok(Map.of());
    }

    private ResponseEntity<ListTokensResponseDto> page(
            @Nullable UUID projectId, @Nullable String pageSize, @Nullable String pageId) {
        var size = PageSize.parse(pageSize, settings.maxPageSize());
        var page = tokens.list(projectId, size, pageId);
        return ResponseEntity.ok(
                new ListTokensResponseDto(page.map(TokensController::token))
                        .nextPageId(page.nextPageId()));
    }

    private static ResponseEntity<CreatedTokenDto> created(IssuedToken issued) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(new CreatedTokenDto(token(issued.token()), issued.secret()));
    }

    private static TokenDto token(TokenView token) {
        return new TokenDto(
                        token.id().toString(),
                        token.name(),
                        TokenDto.RoleEnum.fromValue(token.role().id()),
                        token.createdAt().atOffset(ZoneOffset.UTC))
                .projectId(Optional.ofNullable(token.projectId()).map(UUID::toString).orElse(null))
                .expiresAt(time(token.expiresAt()))
                .lastUsedAt(time(token.lastUsedAt()))
                .revokedAt(time(token.revokedAt()));
    }

    private static UUID project(String projectId) {
        return PathId.parse(projectId, PROJECT);
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
