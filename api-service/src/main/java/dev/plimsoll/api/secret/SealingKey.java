package dev.plimsoll.api.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * An installation's key: a file with the base64 of 256 random bits, the same one that the
 * provisioner has.
 *
 * @param id the beginning of the key's hash; tells keys apart without telling what they are
 */
record SealingKey(String id, SecretKey key) {
    static final int ID_BYTES = 4;
    private static final int KEY_BYTES = 32;
    private static final String HOW_TO_MAKE =
            "; make one with `umask 077; openssl rand -base64 32`";

    /**
     * Reads the file.
     *
     * @throws IllegalStateException where there is no such key; the message says which file, and
     *     what to do
     */
    static SealingKey in(Path file) {
        var bytes = decoded(file);
        if (bytes.length != KEY_BYTES) {
            throw unusable(
                    file,
                    "has a key of %d bits instead of %d"
                                    .formatted(bytes.length * Byte.SIZE, KEY_BYTES * Byte.SIZE)
                            + HOW_TO_MAKE);
        }
        return new SealingKey(idOf(bytes), new SecretKeySpec(bytes, "AES"));
    }

    private static byte[] decoded(Path file) {
        try {
            return Base64.getDecoder().decode(Files.readString(file).strip());
        } catch (NoSuchFileException _) {
            throw unusable(
                    file,
                    "does not exist. Restore it where the database has secrets already, for nothing"
                            + " else opens them; otherwise"
                            + HOW_TO_MAKE.substring(1));
        } catch (IOException e) {
            throw unusable(file, "cannot be read: " + e);
        } catch (IllegalArgumentException _) {
            throw unusable(file, "is not base64" + HOW_TO_MAKE);
        }
    }

    private static IllegalStateException unusable(Path file, String why) {
        return new IllegalStateException(
                "The secret key file %s (plimsoll.api.secrets) %s"
                        .formatted(file.toAbsolutePath(), why));
    }

    private static String idOf(byte[] key) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(key);
            return HexFormat.of().formatHex(Arrays.copyOf(hash, ID_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "SealingKey[" + id + "]";
    }
}
