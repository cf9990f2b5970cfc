package dev.plimsoll.agent.engine;

import io.netty.channel.EventLoop;

/** What belongs to one event loop and is touched by it alone. */
record LoopScope(EventLoop loop, IdleWheel wheel) {

    static LoopScope of(EventLoop loop, long idleTickMillis) {
        return new LoopScope(loop, new IdleWheel(loop, idleTickMillis));
    }
}
