package dev.plimsoll.provisioner.push;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens the passwords that the API has sealed: format 1, the beginning of the key's hash, a nonce,
 * and AES-256-GCM over the password, bound to what stands before and to the credential's row.
 */
final class SealedPasswords {
    private static final byte FORMAT = 1;
    private static final int KEY_ID_BYTES = 4;
    private static final int HEADER_BYTES = 1 + KEY_ID_BYTES;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String BINDING = "credential.password:";

    private final List<Path> keyFiles;

    /**
     * @param keyFiles read anew at each use: the first may be made after this
     */
    SealedPasswords(List<Path> keyFiles) {
        this.keyFiles = List.copyOf(keyFiles);
    }

    /** Empty where none of the keys opens it, or it belongs to another row. */
    Optional<String> open(UUID row, byte[] sealed) {
        if (sealed.length < HEADER_BYTES + NONCE_BYTES || sealed[0] != FORMAT) {
            return Optional.empty();
        }
        return keyFiles.stream()
                .flatMap(file -> key(file).stream())
                .filter(key -> isSealedWith(key, sealed))
                .findFirst()
                .flatMap(key -> open(key, row, sealed));
    }

    private static Optional<byte[]> key(Path file) {
        try {
            return Optional.of(Base64.getDecoder().decode(Files.readString(file).strip()));
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean isSealedWith(byte[] key, byte[] sealed) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(key);
            return Arrays.equals(hash, 0, KEY_ID_BYTES, sealed, 1, HEADER_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static Optional<String> open(byte[] key, UUID row, byte[] sealed) {
        try {
            var bytes = ByteBuffer.wrap(sealed);
            var header = new byte[HEADER_BYTES];
            var nonce = new byte[NONCE_BYTES];
            bytes.get(header).get(nonce);
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(header);
            cipher.updateAAD((BINDING + row).getBytes(StandardCharsets.UTF_8));
            var plain = cipher.doFinal(sealed, bytes.position(), bytes.remaining());
            return Optional.of(new String(plain, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException altered) {
            return Optional.empty();
        }
    }
}
