package dev.plimsoll.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One connection through a load balancer. */
final class Caller implements AutoCloseable {
    private static final int LIMIT_MILLIS = 5_000;

    private final Socket socket;
    private final BufferedReader in;

    private Caller(Socket socket) throws IOException {
        this.socket = socket;
        this.in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    static Caller connect(String address, int port) throws IOException {
        return connect(new Socket(), address, port);
    }

    /** Likewise from one of the addresses of this machine. */
    static Caller connectFrom(String source, String address, int port) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(source, 0));
        return connect(socket, address, port);
    }

    /** Likewise on a socket that may speak something of its own, such as TLS. */
    static Caller connect(Socket socket, String address, int port) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.connect(new InetSocketAddress(address, port), LIMIT_MILLIS);
            return new Caller(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Connects, hears the target's name, and leaves. */
    static String nameOfTarget(String address, int port) throws IOException {
        try (var caller = connect(address, port)) {
            return caller.hear();
        }
    }

    static String nameOfTargetFrom(String source, String address, int port) throws IOException {
        try (var caller = connectFrom(source, address, port)) {
            return caller.hear();
        }
    }

    /** As the target should know this caller. */
    String source() {
        return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    /** The next line. */
    String hear() throws IOException {
        var line = in.readLine();
        if (line == null) {
            throw new IOException("closed without an answer");
        }
        return line;
    }

    String echo(String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        return hear();
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Leaves by RST. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
