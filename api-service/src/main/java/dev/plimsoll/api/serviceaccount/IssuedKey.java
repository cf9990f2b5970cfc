package dev.plimsoll.api.serviceaccount;

import org.jspecify.annotations.Nullable;

/**
 * A new key, and what its holder needs to use it.
 *
 * @param privatePem the private half, where it was made here; it can be seen here only
 */
public record IssuedKey(
        KeyView key, ServiceAccountView account, String audience, @Nullable String privatePem) {

    @Override
    public String toString() {
        return "IssuedKey[key=" + key.id() + ", account=" + account.id() + "]";
    }
}
