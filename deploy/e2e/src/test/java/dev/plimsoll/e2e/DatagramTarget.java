package dev.plimsoll.e2e;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A target that answers each datagram with its name and what was in it. */
final class DatagramTarget implements AutoCloseable {
    private static final int MOST_BYTES = 2048;

    private final DatagramSocket socket;
    private final String name;
    private final Thread answering;

    private DatagramTarget(DatagramSocket socket, String name) {
        this.socket = socket;
        this.name = name;
        this.answering = Thread.ofVirtual().unstarted(this::answer);
    }

    static DatagramTarget start(String address, int port, String name) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(address, port));
        var target = new DatagramTarget(socket, name);
        target.answering.start();
        return target;
    }

    private void answer() {
        var datagram = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
        while (!socket.isClosed()) {
            try {
                datagram.setLength(MOST_BYTES);
                socket.receive(datagram);
                var answer = (name + " " + text(datagram)).getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(answer, answer.length, datagram.getSocketAddress()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    static String text(DatagramPacket datagram) {
        return new String(datagram.getData(), 0, datagram.getLength(), StandardCharsets.UTF_8);
    }

    /** The port is free only once the thread that answers has noticed. */
    @Override
    public void close() throws InterruptedException {
        socket.close();
        answering.join();
    }
}
