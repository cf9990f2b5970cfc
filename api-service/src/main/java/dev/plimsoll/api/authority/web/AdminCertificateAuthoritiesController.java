package dev.plimsoll.api.authority.web;

import dev.plimsoll.api.authority.Authorities;
import dev.plimsoll.api.authority.AuthorityView;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.AdminCertificateAuthoritiesApi;
import dev.plimsoll.openapi.model.AdminCertificateAuthorityDto;
import dev.plimsoll.openapi.model.AdminListCertificateAuthoritiesResponseDto;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AdminCertificateAuthoritiesController implements AdminCertificateAuthoritiesApi {
    private final Authorities authorities;

    AdminCertificateAuthoritiesController(Authorities authorities) {
        this.authorities = authorities;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminListCertificateAuthoritiesResponseDto>
            adminListCertificateAuthorities() {
        return ResponseEntity.ok(
                new AdminListCertificateAuthoritiesResponseDto(
                        authorities.list().stream()
                                .map(AdminCertificateAuthoritiesController::dto)
                                .toList()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminCertificateAuthorityDto> adminRotateCertificateAuthority() {
        return ResponseEntity.ok(dto(authorities.rotate(Origins.current())));
    }

    private static AdminCertificateAuthorityDto dto(AuthorityView authority) {
        return new AdminCertificateAuthorityDto(
                        authority.id().toString(),
                        AdminCertificateAuthorityDto.StateEnum.fromValue(authority.state()),
                        Utc.of(authority.stateSince()),
                        Utc.of(authority.createdAt()),
                        authority.gateways(),
                        authority.trustingGateways(),
                        authority.agents(),
                        authority.trustingAgents(),
                        authority.certifiedAgents())
                .expiresAt(Utc.ofNullable(authority.expiresAt()))
                .issuesAtLatest(Utc.ofNullable(authority.issuesAtLatest()))
                .sha256(authority.sha256());
    }
}
