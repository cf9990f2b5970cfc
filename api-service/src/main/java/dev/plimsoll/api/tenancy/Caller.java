package dev.plimsoll.api.tenancy;

import java.util.UUID;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

/** Who sent the request. */
public sealed interface Caller {

    /** The caller of the request that this thread serves. */
    static Caller current() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new InvalidBearerTokenException("Nobody is authenticated");
    }

    Grants grants();

    /** How revisions and the audit name the caller; no two kinds of callers share a name. */
    String author();

    /** The holder of an opaque token. */
    record Token(UUID id, String name, Grants grants) implements Caller {
        @Override
        public String author() {
            return "token:" + name + ":" + id;
        }
    }

    /** A service account, by a token that this service signed for one of its keys. */
    record ServiceAccount(UUID id, String name, Grants grants) implements Caller {
        @Override
        public String author() {
            return "service-account:" + name + ":" + id;
        }
    }

    /** Somebody, or some program, whom a configured issuer vouches for. */
    record Subject(String issuer, String subject, Grants grants) implements Caller {
        @Override
        public String author() {
            return "oidc:" + issuer + ":" + subject;
        }
    }

    /** Whoever can reach a service that asks nobody who they are. */
    record Anyone(Grants grants) implements Caller {
        @Override
        public String author() {
            return "anyone";
        }
    }
}
