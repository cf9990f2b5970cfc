package dev.plimsoll.agent.app.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnappyBlockTest {
    private final Random random = new Random(25);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 127, 128, 32_766, 32_767, 32_768, 65_536, 200_001})
    void whatIsCompressedCanBeOpened(int length) {
        var noise = new byte[length];
        random.nextBytes(noise);
        var text = "load_balancer=\"web\",machine=\"%d\"";
        var words = new StringBuilder();
        while (words.length() < length) {
            words.append(text.formatted(random.nextInt(9)));
        }
        var plain = words.substring(0, length).getBytes(StandardCharsets.UTF_8);

        assertThat(Snappy.decompress(SnappyBlock.compress(noise))).isEqualTo(noise);
        assertThat(Snappy.decompress(SnappyBlock.compress(plain))).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 100_000})
    void whatRepeatsBecomesSmall(int length) {
        var plain = "nlb_connections_active".repeat(length / 22).getBytes(StandardCharsets.UTF_8);

        assertThat(SnappyBlock.compress(plain)).hasSizeLessThan(plain.length / 10);
    }
}
