package dev.plimsoll.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A target that says its name to whoever connects, then answers each byte with itself until the
 * client ends.
 */
final class HelloTarget implements AutoCloseable {
    private final ServerSocket listener;
    private final String name;

    private HelloTarget(ServerSocket listener, String name) {
        this.listener = listener;
        this.name = name;
    }

    static HelloTarget start(String address, int port, String name) throws IOException {
        var listener = new ServerSocket(port, 1024, InetAddress.getByName(address));
        var target = new HelloTarget(listener, name);
        Thread.ofVirtual().start(target::accept);
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

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
