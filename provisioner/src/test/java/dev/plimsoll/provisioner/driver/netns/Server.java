package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.testing.OwnNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A namespace that lives as long as a process that sleeps in it, with listening sockets. */
final class Server implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 300;

    private final Process sleeper;
    private final List<ServerSocket> sockets = new ArrayList<>();

    Server() throws IOException {
        try (var _ = OwnNamespace.fresh()) {
            sleeper = new ProcessBuilder("sleep", "600").start();
        }
    }

    Path namespace() {
        return Path.of("/proc/" + sleeper.pid() + "/ns/net");
    }

    void listen(int... ports) throws IOException {
        try (var _ = OwnNamespace.at(namespace())) {
            for (var port : ports) {
                sockets.add(new ServerSocket(port, 50, InetAddress.getByName("0.0.0.0")));
            }
        }
    }

    boolean reaches(String address, int port) throws IOException {
        return reaches(namespace(), address, port);
    }

    /** Whether a connection can be made from there; a reset is an answer, too. */
    static boolean reaches(Path from, String address, int port) throws IOException {
        try (var _ = OwnNamespace.at(from);
                var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            return true;
        } catch (java.net.SocketTimeoutException _) {
            return false;
        } catch (java.net.ConnectException e) {
            return String.valueOf(e.getMessage()).contains("refused");
        }
    }

    @Override
    public void close() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
        sleeper.destroyForcibly();
        try {
            sleeper.waitFor(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
