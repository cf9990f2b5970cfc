package dev.plimsoll.e2e;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A target that says who the PROXY header (version 2) names as client, or {@link #NOBODY} where
 * there is none. Waits for what the client says first.
 */
final class HeaderTarget implements AutoCloseable {
    static final String NOBODY = "no header";

    /** Long enough to tell a header from it. */
    static final String QUESTION = "who is asking you this?";

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final int PROXY = 0x21;
    private static final int TCP_OVER_IPV4 = 0x11;

    private final ServerSocket listener;
    private final Thread accepting;

    private HeaderTarget(ServerSocket listener) {
        this.listener = listener;
        this.accepting = Thread.ofVirtual().unstarted(this::accept);
    }

    static HeaderTarget start(String address) throws IOException {
        var target = new HeaderTarget(new ServerSocket(0, 1024, InetAddress.getByName(address)));
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

    private static void serve(Socket client) {
        try (client) {
            var in = new DataInputStream(client.getInputStream());
            var answer = named(in) + "\n";
            client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            in.transferTo(client.getOutputStream());
        } catch (IOException clientLeft) {
            // Health checks leave without a word.
        }
    }

    private static String named(DataInputStream in) throws IOException {
        var begin = new byte[SIGNATURE.length() / 2];
        in.readFully(begin);
        if (!HexFormat.of().formatHex(begin).equals(SIGNATURE)) {
            return NOBODY;
        }
        int command = in.readUnsignedByte();
        int family = in.readUnsignedByte();
        int length = in.readUnsignedShort();
        if (command != PROXY || family != TCP_OVER_IPV4) {
            throw new IOException("A header that names nobody: " + command + ", " + family);
        }
        var client = InetAddress.getByAddress(in.readNBytes(4));
        in.skipNBytes(4);
        int port = in.readUnsignedShort();
        in.skipNBytes(length - 10L);
        return client.getHostAddress() + ":" + port;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        listener.close();
        accepting.join();
    }
}
