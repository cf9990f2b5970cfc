package dev.plimsoll.api.authentication.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimedGrantsTest {
    private static final List<String> ROLES = List.of("operator");

    @Test
    void claimIsFoundByItsWholeNameAndElseStepByStep() {
        var claims =
                Map.of(
                        "https://example.org/roles",
                        ROLES,
                        "resource_access",
                        Map.of("plimsoll", Map.of("roles", ROLES)));
        assertThat(ClaimedGrants.claim(claims, "https://example.org/roles")).isEqualTo(ROLES);
        assertThat(ClaimedGrants.claim(claims, "resource_access.plimsoll.roles")).isEqualTo(ROLES);
        assertThat(ClaimedGrants.claim(claims, "resource_access.other.roles")).isNull();
        assertThat(ClaimedGrants.claim(claims, "resource_access.plimsoll.roles.x")).isNull();
    }
}
