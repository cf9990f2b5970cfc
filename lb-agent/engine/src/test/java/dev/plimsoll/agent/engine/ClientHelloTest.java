package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.plimsoll.agent.engine.ClientHello.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClientHelloTest {

    /** {@code -Dplimsoll.fuzz.inputs=10000000} for a long run. */
    private static final int FUZZ_INPUTS = Integer.getInteger("plimsoll.fuzz.inputs", 200_000);

    private record Result(Verdict verdict, String name, int bytesRead) {}

    private static Result read(byte[] bytes) {
        var hello = new ClientHello();
        var verdict = Verdict.INCOMPLETE;
        int at = 0;
        while (at < bytes.length && verdict == Verdict.INCOMPLETE) {
            verdict = hello.read(bytes[at++]);
        }
        return new Result(verdict, hello.serverName(), at);
    }

    @ParameterizedTest
    @CsvSource({
        "example.org, example.org",
        "WWW.Example.ORG, www.example.org",
        "example.org., example.org",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "_sip.a, _sip.a",
        "::1, ::1"
    })
    void nameIsFound(String sent, String found) {
        assertThat(read(Hellos.naming(sent)).name()).isEqualTo(found);
        assertThat(read(Hellos.greased(sent, 200)).name()).isEqualTo(found);
    }

    @Test
    void nameIsKnownBeforeTheRestHasCome() {
        var hello = Hellos.greased("a.example", 4_000);

        assertThat(read(hello).bytesRead()).isLessThan(hello.length - 4_000);
    }

    @Test
    void helloWithoutNameIsTakenAtItsEnd() {
        assertThat(read(Hellos.nameless()))
                .isEqualTo(new Result(Verdict.NAMELESS, null, Hellos.nameless().length));
        assertThat(read(Hellos.record(Hellos.message(new byte[0]))).verdict())
                .isEqualTo(Verdict.NAMELESS);
        var withoutExtensions = Hellos.message(new byte[0]);
        var old = Arrays.copyOf(withoutExtensions, withoutExtensions.length - 2);
        old[3] -= 2;
        assertThat(read(Hellos.record(old)).verdict()).isEqualTo(Verdict.NAMELESS);
    }

    @Test
    void nameOfAnotherTypeIsPassedOver() {
        var unknown = new byte[] {0, 12, 7, 0, 2, 9, 9, 0, 0, 4, 'a', '.', 'd', 'e'};

        assertThat(read(Hellos.record(Hellos.message(Hellos.extension(0, unknown)))).name())
                .isEqualTo("a.de");
    }

    @Test
    void everyTruncationIsIncomplete() {
        var hello = Hellos.naming("a.example");
        for (int length = 0; length < hello.length; length++) {
            assertThat(read(Arrays.copyOf(hello, length)).verdict()).isEqualTo(Verdict.INCOMPLETE);
        }
    }

    @Test
    void realClientsAreUnderstood() throws Exception {
        for (var version : List.of("TLSv1.2", "TLSv1.3")) {
            var engine = SSLContext.getDefault().createSSLEngine("Www.Example.org", 443);
            engine.setUseClientMode(true);
            var parameters = engine.getSSLParameters();
            parameters.setProtocols(new String[] {version});
            parameters.setServerNames(List.of(new SNIHostName("Www.Example.org")));
            engine.setSSLParameters(parameters);
            var out = ByteBuffer.allocate(20_000);
            engine.wrap(ByteBuffer.allocate(0), out);

            var hello = Arrays.copyOf(out.array(), out.position());
            assertThat(read(hello).name()).isEqualTo("www.example.org");
        }
    }

    @ParameterizedTest
    @MethodSource
    void whatIsNoHelloIsToldApart(Verdict verdict, byte[] bytes) {
        assertThat(read(bytes).verdict()).isEqualTo(verdict);
        assertThat(read(bytes).name()).isNull();
    }

    static Stream<Arguments> whatIsNoHelloIsToldApart() {
        return Stream.of(
                arguments(Verdict.NOT_TLS, ascii("GET / HTTP/1.1\r\n\r\n")),
                arguments(Verdict.NOT_TLS, ascii("SSH-2.0-x\r\n")),
                arguments(Verdict.NOT_TLS, bytes(0x80, 0x2e, 1, 0, 2)), // SSL 2
                arguments(Verdict.NOT_TLS, bytes(21, 3, 1, 0, 2, 2, 40)), // an alert
                arguments(Verdict.NOT_TLS, bytes(22, 2, 0)),
                arguments(Verdict.MALFORMED, bytes(22, 3, 1, 0, 0)), // an empty record
                arguments(Verdict.MALFORMED, bytes(22, 3, 1, 0x40, 1)), // 16 KiB and one
                arguments(Verdict.MALFORMED, Hellos.record(bytes(2, 0, 0, 0))), // a server's
                arguments(Verdict.MALFORMED, Hellos.record(bytes(1, 0, 0, 0))),
                arguments(Verdict.MALFORMED, Hellos.record(bytes(1, 0, 0, 1, 3))),
                arguments(Verdict.TOO_LARGE, Hellos.record(bytes(1, 0xff, 0xff, 0xff))),
                arguments(Verdict.MALFORMED, Hellos.naming("")),
                arguments(Verdict.MALFORMED, Hellos.naming(".")),
                arguments(Verdict.MALFORMED, Hellos.naming("a b")),
                arguments(Verdict.MALFORMED, Hellos.naming("a\0b")),
                arguments(Verdict.MALFORMED, Hellos.naming("bücher.example")),
                arguments(Verdict.MALFORMED, Hellos.naming("a".repeat(256))),
                arguments(Verdict.MALFORMED, named(bytes())),
                arguments(Verdict.MALFORMED, named(bytes(0, 0))),
                arguments(Verdict.MALFORMED, named(bytes(0, 9, 0, 0, 1, 'a'))),
                arguments(Verdict.MALFORMED, named(bytes(0, 4, 0, 0, 9, 'a'))),
                arguments(Verdict.MALFORMED, extensionsThatClaim(40, bytes(0, 43, 0, 1, 2))),
                arguments(
                        Verdict.MALFORMED,
                        Hellos.record(Hellos.message(bytes(0, 43, 0, 9, 2)))), // beyond the end
                arguments(
                        Verdict.MALFORMED,
                        Hellos.concat(
                                Arrays.copyOf(Hellos.record(new byte[] {1}), 6), bytes(23, 3, 3))));
    }

    @Test
    void endlessHelloIsGivenUp() {
        var records = new byte[60_000];
        var hello = Hellos.message(Hellos.extension(21, new byte[15_000]));
        for (int i = 0; i < 10_000; i++) { // one byte a record
            var one = Hellos.record(new byte[] {hello[i]});
            System.arraycopy(one, 0, records, 6 * i, 6);
        }

        assertThat(read(records))
                .isEqualTo(new Result(Verdict.TOO_LARGE, null, ClientHello.MAX_BYTES + 1));
    }

    @Test
    void fragmentationChangesNothing() {
        var random = new Random(11);
        for (int i = 0; i < 500; i++) {
            var name = "host" + random.nextInt(1_000) + ".example";
            var hello = Hellos.greased(name, random.nextInt(600));

            assertThat(read(Hellos.inRecords(hello, random, 1 + random.nextInt(400))).name())
                    .isEqualTo(name);
        }
    }

    @Test
    void anythingAtAllIsAnsweredWithAVerdict() {
        var random = new Random(12);
        var seen = EnumSet.noneOf(Verdict.class);
        for (int i = 0; i < FUZZ_INPUTS; i++) {
            var input = fuzz(random);
            try {
                var result = read(input);
                seen.add(result.verdict());
                assertPlausible(result);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "Input " + i + ": " + java.util.HexFormat.of().formatHex(input), e);
            }
        }

        assertThat(seen).containsExactlyInAnyOrder(Verdict.values());
    }

    private static void assertPlausible(Result result) {
        boolean isNamed = result.verdict() == Verdict.NAMED;
        boolean isName = isNamed && result.name().matches("[a-z0-9._:-]{1,255}");
        if (isNamed != (result.name() != null)
                || isNamed && !isName
                || result.bytesRead() > ClientHello.MAX_BYTES + 1) {
            throw new AssertionError(result);
        }
    }

    private static byte[] fuzz(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> {
                var noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                yield noise;
            }
            case 1 -> Hellos.record(Hellos.message(noise(random, 60)));
            case 2 -> Hellos.record(Hellos.message(Hellos.extension(0, noise(random, 20))));
            case 3 ->
                    Hellos.inRecords(mutated(Hellos.greased("a.example", 10), random), random, 50);
            default -> mutated(Hellos.naming("a.example"), random);
        };
    }

    private static byte[] noise(Random random, int max) {
        var noise = new byte[random.nextInt(max)];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] mutated(byte[] hello, Random random) {
        for (int i = random.nextInt(4); i > 0; i--) {
            hello[random.nextInt(hello.length)] =
                    random.nextBoolean() ? (byte) random.nextInt() : (byte) random.nextInt(3);
        }
        return random.nextInt(4) == 0
                ? Arrays.copyOf(hello, random.nextInt(hello.length + 20))
                : hello;
    }

    private static byte[] named(byte[] extension) {
        return Hellos.record(Hellos.message(Hellos.extension(0, extension)));
    }

    private static byte[] extensionsThatClaim(int length, byte[] extensions) {
        var message = Hellos.message(extensions);
        message[message.length - extensions.length - 1] = (byte) length;
        return Hellos.record(message);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
