package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.TargetConfig;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A UDP target: answers every datagram, and remembers who sent them. */
final class UdpServer implements AutoCloseable {

    interface Answer {
        byte[] to(byte[] datagram);
    }

    private final DatagramSocket socket;
    final Queue<SocketAddress> senders = new ConcurrentLinkedQueue<>();

    private UdpServer(InetSocketAddress address) throws IOException {
        socket = new DatagramSocket(null);
        socket.setReceiveBufferSize(1 << 20);
        socket.bind(address);
    }

    static UdpServer on(String ip, int port, Answer answer) throws IOException {
        var server = new UdpServer(new InetSocketAddress(InetAddress.ofLiteral(ip), port));
        Thread.ofPlatform().daemon().start(() -> server.run(answer));
        return server;
    }

    static UdpServer echo() throws IOException {
        return on("127.0.0.1", 0, datagram -> datagram);
    }

    /** Answers with its port. */
    static UdpServer naming() throws IOException {
        return naming(0);
    }

    static UdpServer naming(int port) throws IOException {
        var name = new String[1];
        var server = on("127.0.0.1", port, datagram -> name[0].getBytes(StandardCharsets.US_ASCII));
        name[0] = Integer.toString(server.port());
        return server;
    }

    private void run(Answer answer) {
        var buffer = new byte[65_507];
        try {
            while (true) {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                senders.add(packet.getSocketAddress());
                var answered = answer.to(java.util.Arrays.copyOf(buffer, packet.getLength()));
                socket.send(
                        new DatagramPacket(answered, answered.length, packet.getSocketAddress()));
            }
        } catch (IOException closed) {
            // by close()
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    TargetConfig config() {
        return new TargetConfig(socket.getLocalAddress().getHostAddress(), port());
    }

    @Override
    public void close() {
        socket.close();
    }
}
