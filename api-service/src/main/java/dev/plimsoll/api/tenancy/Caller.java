package dev.plimsoll.api.tenancy;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

/** Who sent the request: a token. Operators' tokens belong to no project. */
public record Caller(UUID tokenId, String tokenName, @Nullable UUID projectId, Role role)
        implements OAuth2AuthenticatedPrincipal {

    /** The caller of the request that this thread serves. */
    public static Caller current() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new InvalidBearerTokenException("Nobody is authenticated");
    }

    /** How revisions name the caller. */
    public String author() {
        return "token:" + tokenName + ":" + tokenId;
    }

    @Override
    public String getName() {
        return author();
    }

    @Override
    public Map<String, Object> getAttributes() {
        return Map.of("token_id", tokenId.toString());
    }

    @Override
    public Collection<? extends GrantedAuthority> getAuthorities() {
        return List.of();
    }
}
