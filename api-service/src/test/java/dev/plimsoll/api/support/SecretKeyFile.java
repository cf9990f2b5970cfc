package dev.plimsoll.api.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** A key of its own for each run of the tests. */
public final class SecretKeyFile {
    private static final int KEY_BYTES = 32;

    private SecretKeyFile() {}

    public static Path temporary() {
        var key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        try {
            var file = Files.createTempFile("plimsoll-secret", ".key");
            file.toFile().deleteOnExit();
            return Files.writeString(file, Base64.getEncoder().encodeToString(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
