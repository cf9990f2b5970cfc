package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.TargetConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A target whose queue of connections is full and never emptied: a SYN to it stays unanswered. */
final class FullBacklog implements AutoCloseable {
    private final ServerSocket server;
    private final List<SocketChannel> waiting = new ArrayList<>();

    FullBacklog() throws IOException {
        this("127.0.0.1");
    }

    /** The same port on every address of this machine. */
    static FullBacklog onAllAddresses() throws IOException {
        return new FullBacklog("0.0.0.0");
    }

    private FullBacklog(String address) throws IOException {
        server = new ServerSocket(0, 1, InetAddress.ofLiteral(address));
        for (int i = 0; i < 4; i++) {
            var channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(
                    new InetSocketAddress(
                            InetAddress.ofLiteral("127.0.0.1"), server.getLocalPort()));
            waiting.add(channel);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** From now on everybody is accepted; whoever waits is as soon as the kernel asks again. */
    void drain() {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        while (true) {
                            server.accept().close();
                        }
                    } catch (IOException closed) {
                        // by close()
                    }
                });
    }

    TargetConfig config() {
        return new TargetConfig("127.0.0.1", server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        for (var channel : waiting) {
            channel.close();
        }
        server.close();
    }
}
