package dev.plimsoll.api.authentication;

import java.util.List;

/** Some issuers whose signed tokens are accepted. */
@FunctionalInterface
public interface JwtIssuers {
    List<JwtIssuer> issuers();
}
