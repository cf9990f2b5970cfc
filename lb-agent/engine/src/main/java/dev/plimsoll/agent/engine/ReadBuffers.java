package dev.plimsoll.agent.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * Sizes of read buffers: small to begin with, doubled while reads fill them, halved when they stay
 * half empty twice. {@link #MAX_BYTES} is one of the three parts of a stalled reader's 64 KiB, see
 * {@link Relay}.
 */
final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    static final int MIN_BYTES = 512;
    static final int FIRST_BYTES = 2 * 1024;
    static final int MAX_BYTES = 56 * 1024;

    @Override
    @SuppressWarnings("deprecation") // the interface's only factory method; Handle has no successor
    public RecvByteBufAllocator.Handle newHandle() {
        return new SizedHandle();
    }

    private final class SizedHandle extends MaxMessageHandle {
        private ChannelConfig config;
        private int size = FIRST_BYTES;
        private boolean wasHalfEmpty;

        @SuppressWarnings("NullAway.Init") // reset() precedes every read
        SizedHandle() {}

        @Override
        public void reset(ChannelConfig config) {
            this.config = config;
            super.reset(config);
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator alloc) {
            if (!config.isAutoRead()) {
                throw ReadPaused.INSTANCE;
            }
            return alloc.ioBuffer(size);
        }

        @Override
        public void lastBytesRead(int bytes) {
            if (bytes == attemptedBytesRead()) {
                size = Math.min(size * 2, MAX_BYTES);
                wasHalfEmpty = false;
            } else if (bytes > 0 && bytes <= size / 2) {
                if (wasHalfEmpty) {
                    size = Math.max(size / 2, MIN_BYTES);
                }
                wasHalfEmpty = !wasHalfEmpty;
            }
            super.lastBytesRead(bytes);
        }

        @Override
        public int guess() {
            return size;
        }
    }
}
