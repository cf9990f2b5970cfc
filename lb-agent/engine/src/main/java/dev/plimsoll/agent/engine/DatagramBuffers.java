package dev.plimsoll.agent.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One buffer for all datagrams that a loop receives, several of the largest size by one recvmmsg.
 * It can be used again at once, because a datagram is sent on, or dropped, before the next is read;
 * nobody keeps one.
 */
final class DatagramBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    static final int DATAGRAM_BYTES = 64 * 1024;
    private static final int DATAGRAMS = 8;

    private final ByteBufAllocator buffers;
    private @Nullable ByteBuf shared;

    DatagramBuffers(ByteBufAllocator buffers) {
        this.buffers = buffers;
        maxMessagesPerRead(4 * DATAGRAMS);
    }

    @Override
    @SuppressWarnings("deprecation") // the interface's only factory method; Handle has no successor
    public RecvByteBufAllocator.Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public ByteBuf allocate(ByteBufAllocator alloc) {
                return shared().retainedDuplicate().clear();
            }

            @Override
            public int guess() {
                return DATAGRAM_BYTES;
            }
        };
    }

    private ByteBuf shared() {
        if (shared == null) {
            shared = buffers.directBuffer(DATAGRAMS * DATAGRAM_BYTES, DATAGRAMS * DATAGRAM_BYTES);
        }
        return shared;
    }

    void release() {
        if (shared != null) {
            shared.release();
            shared = null;
        }
    }
}
