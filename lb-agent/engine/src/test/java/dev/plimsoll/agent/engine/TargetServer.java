package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.TargetConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A target on a real socket. A connection on which nothing is ever said is a probe, as for real.
 */
final class TargetServer implements AutoCloseable {

    interface Conversation {
        void hold(Socket client) throws Exception;
    }

    /** Sends everything back, and ends when the other side does. */
    static final Conversation ECHO =
            socket -> socket.getInputStream().transferTo(socket.getOutputStream());

    /** Says its port to whoever sends a byte. */
    static final Conversation NAMING =
            socket -> {
                if (socket.getInputStream().read() >= 0) {
                    socket.getOutputStream()
                            .write(
                                    (socket.getLocalPort() + "\n")
                                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                }
            };

    private final ServerSocket server;
    private final Conversation conversation;
    private final Thread acceptor;
    private final AtomicInteger spokenTo = new AtomicInteger();
    private final BlockingQueue<Exception> failures = new LinkedBlockingQueue<>();

    private TargetServer(ServerSocket server, Conversation conversation) {
        this.server = server;
        this.conversation = conversation;
        this.acceptor = Thread.ofVirtual().start(this::accept);
    }

    static TargetServer running(Conversation conversation) throws IOException {
        return on(0, conversation);
    }

    static TargetServer on(int port, Conversation conversation) throws IOException {
        return at("127.0.0.1", port, conversation);
    }

    static TargetServer at(String ip, Conversation conversation) throws IOException {
        return at(ip, 0, conversation);
    }

    private static TargetServer at(String ip, int port, Conversation conversation)
            throws IOException {
        var server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.ofLiteral(ip), port), 512);
        return new TargetServer(server, conversation);
    }

    static TargetServer echo() throws IOException {
        return running(ECHO);
    }

    static TargetServer naming() throws IOException {
        return running(NAMING);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> converse(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void converse(Socket socket) {
        try (socket) {
            conversation.hold(socket);
            spokenTo.incrementAndGet();
        } catch (Exception e) {
            failures.add(e);
        }
    }

    TargetConfig config() {
        return new TargetConfig(server.getInetAddress().getHostAddress(), server.getLocalPort());
    }

    int port() {
        return server.getLocalPort();
    }

    /** The next exception that a conversation ended with. */
    Exception failure() throws InterruptedException {
        return failures.poll(5, TimeUnit.SECONDS);
    }

    boolean hasFailures() {
        return !failures.isEmpty();
    }

    /** When this returns nobody is accepted any more. */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
