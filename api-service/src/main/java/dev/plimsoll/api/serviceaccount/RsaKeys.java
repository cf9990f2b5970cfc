package dev.plimsoll.api.serviceaccount;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** RSA keys as bytes, as PEM, and new ones. */
final class RsaKeys {
    static final int MIN_BITS = 2048;
    static final int MAX_BITS = 4096;

    private static final Pattern PUBLIC_PEM =
            Pattern.compile(
                    "\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC"
                            + " KEY-----\\s*");
    private static final int PEM_LINE = 64;

    private RsaKeys() {}

    static KeyPair generate() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(MIN_BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java makes RSA keys", e);
        }
    }

    /** A public key that somebody sent; empty if it is anything else, or of an unsafe size. */
    static Optional<RSAPublicKey> publicKeyIn(String pem) {
        var matcher = PUBLIC_PEM.matcher(pem);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            var key = publicKey(Base64.getMimeDecoder().decode(matcher.group(1)));
            int bits = key.getModulus().bitLength();
            return bits < MIN_BITS || bits > MAX_BITS ? Optional.empty() : Optional.of(key);
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** A public key of our own database. */
    static RSAPublicKey known(byte[] encoded) {
        try {
            return publicKey(encoded);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The database has a key that is none", e);
        }
    }

    private static RSAPublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
        return (RSAPublicKey)
                KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
    }

    static PrivateKey privateKey(byte[] encoded) {
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The database has a private key that is none", e);
        }
    }

    static String pem(RSAPublicKey key) {
        return pem("PUBLIC KEY", key.getEncoded());
    }

    static String pem(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static String pem(String label, byte[] encoded) {
        var base64 = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, base64);
    }
}
