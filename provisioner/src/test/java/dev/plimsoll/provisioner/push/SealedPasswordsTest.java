package dev.plimsoll.provisioner.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedPasswordsTest {
    @TempDir Path folder;
    private final UUID row = UUID.randomUUID();
    private Path key;
    private Path older;

    @BeforeEach
    void makeKeys() throws Exception {
        key = key("key", 1);
        older = key("older", 2);
    }

    private Path key(String name, int first) throws Exception {
        var bytes = new byte[32];
        bytes[0] = (byte) first;
        return Files.writeString(
                folder.resolve(name), Base64.getEncoder().encodeToString(bytes) + "\n");
    }

    @Test
    void passwordIsOpenedWithWhicheverKeyItWasSealedWith() throws Exception {
        var passwords = new SealedPasswords(List.of(key, older));

        assertThat(passwords.open(row, Sealing.seal(key, "pässword", row))).hasValue("pässword");
        assertThat(passwords.open(row, Sealing.seal(older, "before", row))).hasValue("before");
    }

    @Test
    void whatBelongsElsewhereOrWasAlteredStaysClosed() throws Exception {
        var passwords = new SealedPasswords(List.of(key, folder.resolve("missing")));
        var altered = Sealing.seal(key, "secret", row);
        altered[20] ^= 1;

        assertThat(passwords.open(UUID.randomUUID(), Sealing.seal(key, "secret", row))).isEmpty();
        assertThat(passwords.open(row, Sealing.seal(older, "secret", row))).isEmpty();
        assertThat(passwords.open(row, altered)).isEmpty();
        assertThat(passwords.open(row, new byte[3])).isEmpty();
    }
}
