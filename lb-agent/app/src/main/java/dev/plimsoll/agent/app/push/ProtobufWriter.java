package dev.plimsoll.agent.app.push;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The little of the protobuf wire format that remote write needs: varints, doubles, and what has a
 * length (<a href="https://protobuf.dev/programming-guides/encoding/">encoding</a>).
 */
final class ProtobufWriter {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int WITH_LENGTH = 2;

    private byte[] bytes = new byte[256];
    private int length;

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** Keeps its room for what comes next. */
    void clear() {
        length = 0;
    }

    void text(int field, String value) {
        var encoded = value.getBytes(StandardCharsets.UTF_8);
        withLength(field, encoded, encoded.length);
    }

    void message(int field, ProtobufWriter nested) {
        withLength(field, nested.bytes, nested.length);
    }

    void number(int field, double value) {
        fixed64(field, Double.doubleToRawLongBits(value));
    }

    /** Not through a double: which of the many NaNs it is must survive. */
    void fixed64(int field, long bits) {
        tag(field, FIXED_64);
        room(Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[length++] = (byte) (bits >>> (8 * i));
        }
    }

    void integer(int field, long value) {
        tag(field, VARINT);
        varint(value);
    }

    private void withLength(int field, byte[] value, int count) {
        tag(field, WITH_LENGTH);
        varint(count);
        room(count);
        System.arraycopy(value, 0, bytes, length, count);
        length += count;
    }

    private void tag(int field, int type) {
        varint((long) field << 3 | type);
    }

    private void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    private void room(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
    }
}
