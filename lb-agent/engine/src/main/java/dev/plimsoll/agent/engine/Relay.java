package dev.plimsoll.agent.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes between the streams of one loop, through one buffer that all of them share: only what
 * a stream does not take is kept, with that stream, which holds up the reading of the other. So a
 * reader that has stalled holds at most {@link #BUFFER_BYTES} per direction, and an idle connection
 * nothing.
 */
final class Relay {
    static final int BUFFER_BYTES = 56 * 1024;

    /** A rest of at most this size is copied, so that it does not occupy a whole buffer. */
    private static final int COPIED_BYTES = 8 * 1024;

    /** Then it is the turn of others. */
    private static final int MAX_READS = 16;

    /** What stopped the moving. */
    enum Outcome {
        /** There is nothing more to read now. */
        DRAINED,
        /** The receiver has not taken all. */
        BLOCKED,
        /** There may be more; others have waited long enough. */
        YIELDED,
        ENDED,
        SENDER_BROKE,
        RECEIVER_BROKE
    }

    private final ByteBufAllocator buffers;
    private @Nullable ByteBuf buffer;
    private int movedBytes;

    Relay(ByteBufAllocator buffers) {
        this.buffers = buffers;
    }

    /** Empty, for what is to go ahead of what is moved next. */
    ByteBuf buffer() {
        if (buffer == null) {
            buffer = buffers.directBuffer(BUFFER_BYTES, BUFFER_BYTES);
        }
        return buffer.clear();
    }

    Outcome move(TcpStream from, TcpStream to) {
        return moveBehind(buffer(), from, to);
    }

    /**
     * @param ahead {@link #buffer()}, with what goes first
     */
    Outcome moveBehind(ByteBuf ahead, TcpStream from, TcpStream to) {
        movedBytes = 0;
        if (to.hasUnsent()) {
            return Outcome.BLOCKED;
        }
        var moving = ahead;
        for (int reads = 0; reads < MAX_READS; reads++) {
            try {
                if (from.isReadable() && moving.isWritable()) {
                    movedBytes += from.read(moving, moving.writableBytes());
                }
            } catch (IOException reset) {
                return Outcome.SENDER_BROKE;
            }
            try {
                send(moving, from, to);
            } catch (IOException reset) {
                return Outcome.RECEIVER_BROKE;
            }
            if (from.isInputEnded()) {
                return Outcome.ENDED;
            }
            if (to.hasUnsent()) {
                return Outcome.BLOCKED;
            }
            if (!from.isReadable()) {
                return Outcome.DRAINED;
            }
            moving = buffer();
        }
        return Outcome.YIELDED;
    }

    /** What the last call has read. */
    int movedBytes() {
        return movedBytes;
    }

    private void send(ByteBuf moving, TcpStream from, TcpStream to) throws IOException {
        if (!moving.isReadable()) {
            return;
        }
        if (from.isInputEnded()) {
            to.cork();
        }
        if (!to.send(moving)) {
            to.keep(rest(moving));
        }
    }

    private ByteBuf rest(ByteBuf moving) {
        int length = moving.readableBytes();
        if (length <= COPIED_BYTES) {
            return buffers.directBuffer(length).writeBytes(moving);
        }
        buffer = null; // it has a new owner
        return moving;
    }

    void release() {
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }
}
