package dev.plimsoll.agent.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** First messages of TLS clients, made by hand. */
final class Hellos {
    private static final int GREASE = 0x0a0a;

    private Hellos() {}

    static byte[] naming(String name) {
        return record(message(extension(0, names(name))));
    }

    static byte[] nameless() {
        return record(message(extension(43, new byte[] {2, 3, 4})));
    }

    /** As browsers send them: GREASE before and behind, key shares, padding. */
    static byte[] greased(String name, int padding) {
        return record(
                message(
                        concat(
                                extension(GREASE, new byte[0]),
                                extension(51, new byte[1_216]),
                                extension(0, names(name)),
                                extension(0x1a1a, new byte[1]),
                                extension(21, new byte[padding]))));
    }

    static byte[] names(String name) {
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        return concat(number(2, bytes.length + 3), new byte[] {0}, number(2, bytes.length), bytes);
    }

    static byte[] extension(int type, byte[] body) {
        return concat(number(2, type), number(2, body.length), body);
    }

    static byte[] message(byte[] extensions) {
        var body =
                concat(
                        new byte[] {3, 3},
                        new byte[32],
                        new byte[] {32},
                        new byte[32],
                        number(2, 4),
                        number(2, GREASE),
                        number(2, 0x1301),
                        new byte[] {1, 0},
                        number(2, extensions.length),
                        extensions);
        return concat(new byte[] {1}, number(3, body.length), body);
    }

    static byte[] record(byte[] payload) {
        return concat(new byte[] {22, 3, 1}, number(2, payload.length), payload);
    }

    /** The same message over several records, each of up to so many bytes. */
    static byte[] inRecords(byte[] hello, RandomGenerator random, int maxBytes) {
        var out = new ByteArrayOutputStream();
        for (int at = 5; at < hello.length; ) {
            int n = Math.min(hello.length - at, 1 + random.nextInt(maxBytes));
            out.writeBytes(record(Arrays.copyOfRange(hello, at, at + n)));
            at += n;
        }
        return out.toByteArray();
    }

    static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] number(int bytes, int value) {
        var out = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            out[i] = (byte) (value >>> 8 * (bytes - 1 - i));
        }
        return out;
    }
}
