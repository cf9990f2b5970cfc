package dev.plimsoll.agent.engine;

/**
 * Refuses Netty a buffer. After EPOLLRDHUP Netty's epoll channels read to the end whatever autoRead
 * says, which would move a whole kernel buffer into memory for a reader that has stalled; this
 * exception leaves that loop and is caught by {@link Relay}.
 */
final class ReadPaused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final ReadPaused INSTANCE = new ReadPaused();

    private ReadPaused() {
        super("Reading is paused", null, false, false);
    }
}
