package dev.plimsoll.agent.app.push;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.compression.Snappy;

/**
 * Snappy's <a href="https://github.com/google/snappy/blob/main/format_description.txt">block
 * format</a>. Netty compresses 32 kB at a time, since its frames are no longer, and puts the length
 * before each; here one length stands before all.
 */
final class SnappyBlock {
    private static final int MOST_AT_ONCE = Short.MAX_VALUE;

    private SnappyBlock() {}

    static byte[] compress(byte[] plain) {
        var compressed = Unpooled.buffer(plain.length / 2 + 16);
        var some = Unpooled.buffer();
        try {
            varint(plain.length, compressed);
            var snappy = new Snappy();
            for (int at = 0; at < plain.length; at += MOST_AT_ONCE) {
                int count = Math.min(MOST_AT_ONCE, plain.length - at);
                some.clear();
                snappy.encode(Unpooled.wrappedBuffer(plain, at, count), some, count);
                snappy.reset();
                while (some.readByte() < 0) {} // the length of this part
                compressed.writeBytes(some);
            }
            return ByteBufUtil.getBytes(compressed);
        } finally {
            compressed.release();
            some.release();
        }
    }

    private static void varint(int value, ByteBuf to) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            to.writeByte(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        to.writeByte(rest);
    }
}
