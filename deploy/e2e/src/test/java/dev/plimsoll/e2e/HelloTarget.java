package dev.plimsoll.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ServerSocketFactory;

/**
 * A target that says its name to whoever connects, then answers each byte with itself until the
 * client ends.
 */
final class HelloTarget implements AutoCloseable {
    private final ServerSocket listener;
    private final String name;
    private final Thread accepting;

    private HelloTarget(ServerSocket listener, String name) {
        this.listener = listener;
        this.name = name;
        this.accepting = Thread.ofVirtual().unstarted(this::accept);
    }

    static HelloTarget start(String address, int port, String name) throws IOException {
        return start(address, port, name, ServerSocketFactory.getDefault());
    }

    /** Speaks what the factory's sockets speak. */
    static HelloTarget start(String address, int port, String name, ServerSocketFactory sockets)
            throws IOException {
        var listener = sockets.createServerSocket(port, 1024, InetAddress.getByName(address));
        var target = new HelloTarget(listener, name);
        target.accepting.start();
        return target;
    }

    String address() {
        return listener.getInetAddress().getHostAddress();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            client.getOutputStream().write((name + "\n").getBytes(StandardCharsets.UTF_8));
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException clientLeft) {
            // Health checks and killed agents leave without a word.
        }
    }

    /** The port is free only once the thread that accepts has noticed. */
    @Override
    public void close() throws IOException, InterruptedException {
        listener.close();
        accepting.join();
    }
}
