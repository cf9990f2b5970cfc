package dev.plimsoll.agent.app.push;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Opens Snappy's block format, written from its description and from nothing else. */
final class Snappy {
    private Snappy() {}

    static byte[] decompress(byte[] compressed) {
        var in = ByteBuffer.wrap(compressed).order(ByteOrder.LITTLE_ENDIAN);
        var out = ByteBuffer.allocate(length(in));
        while (in.hasRemaining()) {
            int tag = in.get() & 0xFF;
            switch (tag & 3) {
                case 0 -> literal(in, out, tag >> 2);
                case 1 -> copy(out, (tag >> 5) << 8 | in.get() & 0xFF, 4 + (tag >> 2 & 7));
                case 2 -> copy(out, in.getShort() & 0xFFFF, 1 + (tag >> 2));
                default -> copy(out, in.getInt(), 1 + (tag >> 2));
            }
        }
        if (out.hasRemaining()) {
            throw new IllegalArgumentException("Shorter than it says");
        }
        return out.array();
    }

    private static int length(ByteBuffer in) {
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            length |= (next & 0x7F) << shift;
            if (next >= 0) {
                return length;
            }
        }
    }

    private static void literal(ByteBuffer in, ByteBuffer out, int coded) {
        int length = coded;
        if (coded >= 60) {
            length = 0;
            for (int i = 0; i <= coded - 60; i++) {
                length |= (in.get() & 0xFF) << (8 * i);
            }
        }
        var literal = new byte[length + 1];
        in.get(literal);
        out.put(literal);
    }

    private static void copy(ByteBuffer out, int offset, int length) {
        if (offset < 1 || offset > out.position()) {
            throw new IllegalArgumentException("A copy of what is not there: " + offset);
        }
        for (int i = 0; i < length; i++) {
            out.put(out.get(out.position() - offset));
        }
    }
}
