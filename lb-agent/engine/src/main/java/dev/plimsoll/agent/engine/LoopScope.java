package dev.plimsoll.agent.engine;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;

/** What belongs to one event loop and is touched by it alone. */
record LoopScope(
        EventLoop loop, IdleWheel wheel, DatagramBuffers datagramBuffers, Parking parking) {

    static LoopScope of(EventLoop loop, long idleTickMillis, ByteBufAllocator buffers) {
        return new LoopScope(
                loop,
                new IdleWheel(loop, idleTickMillis),
                new DatagramBuffers(buffers),
                new Parking());
    }
}
