package dev.plimsoll.api.serviceaccount;

import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A service account's key; of its pair, only the public half is kept. */
public record KeyView(
        UUID id,
        RSAPublicKey publicKey,
        String origin,
        Instant createdAt,
        @Nullable Instant validUntil,
        @Nullable Instant lastUsedAt) {

    public String publicPem() {
        return RsaKeys.pem(publicKey);
    }

    public String algorithm() {
        return "RSA_" + publicKey.getModulus().bitLength();
    }

    public boolean isValidAt(Instant now) {
        return validUntil == null || validUntil.isAfter(now);
    }
}
