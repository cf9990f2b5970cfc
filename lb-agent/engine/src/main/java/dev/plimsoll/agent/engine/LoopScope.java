package dev.plimsoll.agent.engine;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;

/** What belongs to one event loop and is touched by it alone. */
record LoopScope(
        IoEventLoop loop,
        IdleWheel wheel,
        Relay relay,
        DatagramBuffers datagramBuffers,
        Parking parking,
        FlowScribe scribe) {

    static LoopScope of(
            IoEventLoop loop, long idleTickMillis, ByteBufAllocator buffers, FlowScribe scribe) {
        return new LoopScope(
                loop,
                new IdleWheel(loop, idleTickMillis),
                new Relay(buffers),
                new DatagramBuffers(buffers),
                new Parking(),
                scribe);
    }

    /** What it keeps between its uses. */
    void release() {
        relay.release();
        datagramBuffers.release();
    }
}
