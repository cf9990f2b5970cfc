package dev.plimsoll.e2e;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** One socket that sends datagrams through a load balancer. */
final class DatagramCaller implements AutoCloseable {
    private static final int MOST_BYTES = 2048;
    private static final int MOST_TRIES = 20;
    private static final int TRY_MILLIS = 500;

    private final DatagramSocket socket;

    private DatagramCaller(DatagramSocket socket) {
        this.socket = socket;
    }

    /** The socket is connected: answers from another address than the load balancer's get lost. */
    static DatagramCaller connect(String source, String address, int port) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(source, 0));
        socket.connect(new InetSocketAddress(address, port));
        socket.setSoTimeout(TRY_MILLIS);
        return new DatagramCaller(socket);
    }

    /** Which target answers; asks again where a datagram gets lost, as they may. */
    String nameOfTarget(String question) throws IOException {
        var bytes = question.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < MOST_TRIES; i++) {
            socket.send(new DatagramPacket(bytes, bytes.length));
            try {
                var answer = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
                socket.receive(answer);
                var text = DatagramTarget.text(answer);
                if (text.endsWith(" " + question)) {
                    return text.substring(0, text.length() - question.length() - 1);
                }
            } catch (SocketTimeoutException lost) {
                // Asked again.
            }
        }
        throw new IOException("no answer to " + question);
    }

    @Override
    public void close() {
        socket.close();
    }
}
