package dev.plimsoll.api.authentication;

import dev.plimsoll.api.tenancy.Caller;
import dev.plimsoll.api.tenancy.CallerAuthentication;
import dev.plimsoll.api.tenancy.Grants;
import dev.plimsoll.api.tenancy.KnownProjects;
import dev.plimsoll.api.tenancy.Role;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** For laboratories: who sends no token acts as an admin of the project in the path. */
final class AnyoneFilter extends OncePerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(AnyoneFilter.class);
    private static final Pattern PROJECT =
            Pattern.compile(
                    "/v[12]/projects/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/.*)?");

    private final KnownProjects projects;

    AnyoneFilter(KnownProjects projects) {
        this.projects = projects;
        LOG.warn(
                "ANYONE WHO REACHES THIS SERVICE MAY CHANGE ALL LOAD BALANCERS OF ALL PROJECTS: "
                        + "plimsoll.api.auth.mode is none");
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getHeader(HttpHeaders.AUTHORIZATION) == null) {
            var context = SecurityContextHolder.createEmptyContext();
            context.setAuthentication(
                    new CallerAuthentication(new Caller.Anyone(grants(request.getRequestURI()))));
            SecurityContextHolder.setContext(context);
        }
        chain.doFilter(request, response);
    }

    private Grants grants(String path) {
        var project = PROJECT.matcher(path);
        if (!project.matches()) {
            return Grants.NONE;
        }
        return projects.among(Set.of(UUID.fromString(project.group(1)))).stream()
                .map(it -> Grants.in(it, Role.ADMIN))
                .findFirst()
                .orElse(Grants.NONE);
    }
}
