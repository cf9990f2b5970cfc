package dev.plimsoll.api.secret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealerTest {
    private static final String SECRET = "correct horse battery staple ü";
    private final Binding binding = new Binding("credential", UUID.randomUUID());
    @TempDir private Path folder;
    private Path key;
    private Sealer sealer;

    @BeforeEach
    void key() throws IOException {
        key = keyFile("secret.key", 32);
        sealer = sealer(key);
    }

    @Test
    void opensWhatItSealed() {
        var sealed = sealer.seal(SECRET, binding);
        assertThat(new String(sealed, ISO_8859_1)).doesNotContain("horse");
        assertThat(sealer(key).openText(sealed, binding)).isEqualTo(SECRET);
    }

    @Test
    void sealsNothingTwiceTheSameWay() {
        assertThat(sealer.seal(SECRET, binding)).isNotEqualTo(sealer.seal(SECRET, binding));
    }

    @Test
    void opensNothingThatBelongsToAnotherRowOrKind() {
        var sealed = sealer.seal(SECRET, binding);
        for (var other :
                List.of(
                        new Binding("credential", UUID.randomUUID()),
                        new Binding("other", binding.row()))) {
            assertThatThrownBy(() -> sealer.open(sealed, other))
                    .hasMessageContaining(other.toString())
                    .hasMessageContaining("altered, or belongs elsewhere");
        }
    }

    @Test
    void noticesEveryChangedByte() {
        for (int i = 0; i < sealer.seal(SECRET, binding).length; i++) {
            var sealed = sealer.seal(SECRET, binding);
            sealed[i] ^= 1;
            assertThatThrownBy(() -> sealer.open(sealed, binding))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> sealer.open(new byte[3], binding))
                .hasMessageContaining("Not a sealed secret");
    }

    @Test
    void olderKeysOpenAndTheNewestSeals() throws IOException {
        var old = sealer.seal(SECRET, binding);
        var newKey = keyFile("new.key", 32);
        var rotated = sealer(newKey, key);
        assertThat(rotated.openText(old, binding)).isEqualTo(SECRET);
        var renewed = rotated.seal(SECRET, binding);
        assertThat(sealer(newKey).openText(renewed, binding)).isEqualTo(SECRET);
        assertThatThrownBy(() -> sealer(newKey).open(old, binding))
                .hasMessageContaining("plimsoll.api.secrets.older-key-files");
    }

    @Test
    void saysWhatIsWrongWithAKeyFile() throws IOException {
        assertThatThrownBy(() -> sealer(folder.resolve("none")))
                .hasMessageContaining(folder.resolve("none").toString())
                .hasMessageContaining("does not exist")
                .hasMessageContaining("openssl rand -base64 32");
        var tooShort = keyFile("short.key", 16);
        assertThatThrownBy(() -> sealer(tooShort))
                .hasMessageContaining("a key of 128 bits instead of 256");
        var noKey = Files.writeString(folder.resolve("text"), "not a key!");
        assertThatThrownBy(() -> sealer(noKey)).hasMessageContaining("is not base64");
        assertThatThrownBy(() -> sealer(folder)).hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> sealer(key, tooShort)).hasMessageContaining("short.key");
    }

    @Test
    void keysDoNotShowInText() {
        assertThat(SealingKey.in(key).toString()).matches("SealingKey\\[[0-9a-f]{8}]");
    }

    private static Sealer sealer(Path newest, Path... older) {
        return new Sealer(new SecretSettings(newest, List.of(older)));
    }

    private Path keyFile(String name, int bytes) throws IOException {
        var random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return Files.writeString(
                folder.resolve(name), Base64.getEncoder().encodeToString(random) + "\n");
    }
}
