package dev.plimsoll.agent.engine;

import io.netty.channel.Channel;

/** A socket that is bound: what comes to it waits until it is started. Used by control threads. */
interface ListeningSocket {
    void start();

    /** The address is free when this returns. */
    void stop();

    record Datagrams(Channel channel) implements ListeningSocket {
        @Override
        public void start() {
            channel.config().setAutoRead(true);
        }

        @Override
        public void stop() {
            channel.close().awaitUninterruptibly();
        }
    }
}
