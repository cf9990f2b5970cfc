package dev.plimsoll.api.authentication.oidc;

import dev.plimsoll.api.tenancy.Grants;
import dev.plimsoll.api.tenancy.KnownProjects;
import dev.plimsoll.api.tenancy.Role;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads grants from claims. Projects come in one of three forms:
 *
 * <pre>
 *   {"2438ac3c-…": "nlb.admin"}        an object: the role in each
 *   ["2438ac3c-…:nlb.admin"]           a list: the role behind a colon
 *   ["2438ac3c-…"], "nlb.admin"        a list, and the role in all of them in a claim of its own
 * </pre>
 *
 * What is not understood grants nothing, and neither do projects that do not exist.
 */
@Component
class ClaimedGrants {
    private static final int MAX_PROJECTS = 1000;

    private final KnownProjects projects;

    ClaimedGrants(KnownProjects projects) {
        this.projects = projects;
    }

    Grants of(Map<String, Object> claims, OidcSettings.Issuer issuer) {
        var named = new Named(issuer.values(), roles(claims, issuer));
        switch (claim(claims, issuer.claims().projects())) {
            case Map<?, ?> byProject ->
                    byProject.forEach((project, role) -> named.add(project, String.valueOf(role)));
            case Collection<?> list -> list.forEach(named::add);
            case String one -> named.add(one);
            case null, default -> {}
        }
        var roles = new HashMap<>(named.roles);
        roles.keySet().retainAll(projects.among(roles.keySet()));
        var operator =
                texts(claim(claims, issuer.claims().operator()))
                        .contains(issuer.values().operator());
        return new Grants(roles, operator);
    }

    private static List<String> roles(Map<String, Object> claims, OidcSettings.Issuer issuer) {
        return texts(claim(claims, issuer.claims().role()));
    }

    private static List<String> texts(@Nullable Object claim) {
        return switch (claim) {
            case Collection<?> list -> list.stream().map(String::valueOf).toList();
            case String one -> List.of(one);
            case null, default -> List.of();
        };
    }

    /** By its whole name, else step by step: {@code realm_access.roles}. */
    static @Nullable Object claim(Map<?, ?> claims, String name) {
        var whole = claims.get(name);
        int dot = name.indexOf('.');
        if (whole != null || dot < 0) {
            return whole;
        }
        return claims.get(name.substring(0, dot)) instanceof Map<?, ?> inner
                ? claim(inner, name.substring(dot + 1))
                : null;
    }

    /** Projects and roles as far as they are understood. Of two roles, the greater counts. */
    private static final class Named {
        private final Map<UUID, Role> roles = new HashMap<>();
        private final OidcSettings.Values values;
        private final List<String> everywhere;

        Named(OidcSettings.Values values, List<String> everywhere) {
            this.values = values;
            this.everywhere = everywhere;
        }

        void add(@Nullable Object entry) {
            var text = String.valueOf(entry);
            int colon = text.indexOf(':');
            if (colon < 0) {
                everywhere.forEach(role -> add(text, role));
            } else {
                add(text.substring(0, colon), text.substring(colon + 1));
            }
        }

        void add(@Nullable Object project, String roleName) {
            var role = role(roleName);
            if (role.isPresent() && roles.size() < MAX_PROJECTS) {
                id(String.valueOf(project))
                        .ifPresent(id ->
                                roles.merge(
                                        id,
                                        role.get(),
                                        (one, other) -> one == Role.ADMIN ? one : other));
            }
        }

        private Optional<Role> role(String name) {
            if (name.equals(values.admin())) {
                return Optional.of(Role.ADMIN);
            }
            return name.equals(values.reader()) ? Optional.of(Role.READER) : Optional.empty();
        }

        private static Optional<UUID> id(String text) {
            try {
                return Optional.of(UUID.fromString(text));
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }
    }
}
