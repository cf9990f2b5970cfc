package dev.plimsoll.api.authentication;

import org.springframework.security.core.AuthenticationException;

/** A token may be good, but its issuer's keys cannot be had at the moment. */
public final class IssuerUnavailable extends AuthenticationException {
    public IssuerUnavailable(String issuer) {
        super("The keys of " + issuer + " cannot be had at the moment");
    }
}
