package dev.plimsoll.api.authentication;

import dev.plimsoll.api.tenancy.Caller;
import dev.plimsoll.api.tenancy.KnownProjects;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * For answers that outlast the look at the token with which they began: asks again as if the
 * request came now. What cannot be found out at the moment changes nothing.
 */
@Component
public final class LastingCalls {
    private static final Logger LOG = LoggerFactory.getLogger(LastingCalls.class);

    private final BearerAuthentication bearer;
    private final KnownProjects projects;
    private final DefaultBearerTokenResolver tokens = new DefaultBearerTokenResolver();

    LastingCalls(BearerAuthentication bearer, KnownProjects projects) {
        this.bearer = bearer;
        this.projects = projects;
    }

    /** A request that reads the project. */
    public LastingCall of(HttpServletRequest request, UUID projectId) {
        var token = tokens.resolve(request);
        return token == null
                ? () -> isKnown(projectId)
                : () -> mayRead(projectId, new BearerTokenAuthenticationToken(token));
    }

    private boolean isKnown(UUID projectId) {
        return projects.among(Set.of(projectId)).contains(projectId);
    }

    private boolean mayRead(UUID projectId, BearerTokenAuthenticationToken token) {
        try {
            return bearer.authenticate(token).getPrincipal() instanceof Caller caller
                    && caller.grants().projects().containsKey(projectId);
        } catch (IssuerUnavailable | DataAccessException | TransactionException e) {
            LOG.atDebug().setCause(e).log("Cannot look at the token of a lasting call now");
            return true;
        } catch (AuthenticationException _) {
            return false;
        }
    }
}
