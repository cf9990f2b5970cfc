package dev.plimsoll.agent.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.engine.ResponseHead.Progress;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nDate: today\r\nServer:x\r\n\r\n";

    private final ResponseHead head = new ResponseHead();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 200 OK^^                                                | 200",
                "HTTP/1.0 204 No Content^Server: x^^                              | 204",
                "HTTP/1.1 503 ^^                                                  | 503",
                "HTTP/1.1 418^^                                                   | 418",
                "HTTP/1.1 200 OK~A: b~~                                           | 200",
                "HTTP/1.1 200 OK^A: b^  folded: line^^                            | 200",
                "HTTP/1.1 200 OK^A:^^                                             | 200",
                "HTTP/1.1 301 Moved^Location: http://elsewhere/^^                 | 301",
                "HTTP/1.1 100 Continue^^HTTP/1.1 103 Hints^Link: x^^HTTP/1.1 200^^ | 200",
                "HTTP/1.1 101 Switching^Upgrade: x^^                              | 101"
            })
    void statusOfACompleteHeadIsKnown(String lines, int status) {
        assertThat(feed(lines.replace("^", "\r\n").replace("~", "\n")))
                .isEqualTo(Progress.COMPLETE);
        assertThat(head.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "S",
                "\r",
                "HTTP/2",
                "HTTP/1.x",
                "HTTP/1.1  ",
                "HTTP/1.1 2x",
                "HTTP/1.1 099",
                "HTTP/1.1 600",
                "HTTP/1.1 2000",
                "HTTP/1.1 200 OK\rX",
                "HTTP/1.1 200 \0",
                "HTTP/1.1 200 OK\r\n folded",
                "HTTP/1.1 200 OK\r\nNo colon",
                "HTTP/1.1 200 OK\r\n: no name",
                "HTTP/1.1 200 OK\r\nA: \u0001",
                "HTTP/1.1 200 OK\r\nA: b\r\n\rX",
                "\u0016\u0003\u0001"
            })
    void rubbishIsKnownAtItsFirstByte(String text) {
        assertThat(feed(text.substring(0, text.length() - 1)))
                .isIn(Progress.MORE, Progress.MALFORMED);

        assertThat(feed(text.substring(text.length() - 1))).isEqualTo(Progress.MALFORMED);
        assertThat(feed(OK)).isEqualTo(Progress.MALFORMED);
    }

    @Test
    void whatIsNotCompleteIsWaitedFor() {
        assertThat(feed(OK.substring(0, OK.length() - 1))).isEqualTo(Progress.MORE);
    }

    @Test
    void bodyChangesNothing() {
        assertThat(feed(OK + "HTTP/1.1 500 Oh\r\n\r\n\0\0")).isEqualTo(Progress.COMPLETE);
        assertThat(head.status()).isEqualTo(200);
    }

    @Test
    void headHasALimit() {
        assertThat(feed("HTTP/1.1 200 OK\r\nA: " + "x".repeat(ResponseHead.MAX_BYTES)))
                .isEqualTo(Progress.TOO_LARGE);
        assertThat(feed("\r\n\r\n")).isEqualTo(Progress.TOO_LARGE);
    }

    @Test
    void allInformationalHeadsTogetherHaveThatLimit() {
        assertThat(feed("HTTP/1.1 100 \r\n\r\n".repeat(2_000))).isEqualTo(Progress.TOO_LARGE);
    }

    /** Whatever is said, there is an end, and a status only where there was one. */
    @Test
    void mutatedHeadsAreJudgedWithinTheLimit() {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_121);
        for (int run = 0; run < 20_000; run++) {
            var parser = new ResponseHead();
            var text = mutated(random);
            var progress = Progress.MORE;
            for (byte b : text) {
                progress = parser.accept(b);
            }
            for (int i = text.length; i <= ResponseHead.MAX_BYTES; i++) {
                progress = parser.accept((byte) 'x');
            }
            assertThat(progress).as("run %d", run).isNotEqualTo(Progress.MORE);
            if (progress == Progress.COMPLETE) {
                assertThat(parser.status()).isBetween(101, 599);
            }
        }
    }

    private static byte[] mutated(RandomGenerator random) {
        var bytes = (random.nextBoolean() ? "HTTP/1.1 100 \r\n\r\n" + OK : OK).getBytes(ISO_8859_1);
        for (int n = random.nextInt(6); n > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) "\r\n\t :\0/1x".charAt(random.nextInt(9));
                default -> bytes[at] = bytes[random.nextInt(bytes.length)];
            }
        }
        return bytes;
    }

    private Progress feed(String text) {
        var progress = Progress.MORE;
        for (byte b : text.getBytes(ISO_8859_1)) {
            progress = head.accept(b);
        }
        return progress;
    }
}
