package dev.plimsoll.api.authentication;

import com.nimbusds.jwt.SignedJWT;
import dev.plimsoll.api.tenancy.Caller;
import java.util.List;
import java.util.Optional;

/** Somebody whose signed tokens are accepted. */
public interface JwtIssuer extends JwtIssuers {

    @Override
    default List<JwtIssuer> issuers() {
        return List.of(this);
    }

    /** The claim {@code iss} of its tokens. */
    String issuer();

    /**
     * Whom the token is for; empty if it is not valid, for whatever reason. Nothing of the token
     * has been checked yet, besides that it names this issuer.
     *
     * @throws IssuerUnavailable when that cannot be found out now
     */
    Optional<Caller> callerWith(SignedJWT token);
}
