package dev.plimsoll.api.tenancy;

/** A new token with its secret, which can be seen here only: afterwards, only a hash is left. */
public record IssuedToken(TokenView token, String secret) {

    @Override
    public String toString() {
        return "IssuedToken[token=" + token + "]";
    }
}
