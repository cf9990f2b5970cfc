package dev.plimsoll.agent.engine;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A UDP client of one port of a VIP. Its socket is not connected: Java sends no empty datagrams
 * from one that is.
 */
final class UdpClient implements AutoCloseable {
    private final DatagramSocket socket;
    private final InetSocketAddress server;

    UdpClient(String source, String vip, int port) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
        socket.setReceiveBufferSize(1 << 20);
        server = new InetSocketAddress(InetAddress.ofLiteral(vip), port);
    }

    UdpClient(int port) throws IOException {
        this("127.0.0.1", EngineFixture.VIP, port);
    }

    void send(byte[] datagram) throws IOException {
        socket.send(new DatagramPacket(datagram, datagram.length, server));
    }

    /** Null if none comes in time. */
    byte[] receive(int timeoutMillis) throws IOException {
        var packet = new DatagramPacket(new byte[65_507], 65_507);
        socket.setSoTimeout(timeoutMillis);
        try {
            socket.receive(packet);
            if (!packet.getSocketAddress().equals(server)) {
                throw new AssertionError("From " + packet.getSocketAddress());
            }
            return Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (SocketTimeoutException none) {
            return null;
        }
    }

    byte[] ask(byte[] datagram) throws IOException {
        send(datagram);
        return receive(5_000);
    }

    /** The name of a {@link UdpServer#naming} target; asked again while nobody answers. */
    int askName() throws IOException {
        for (int tries = 0; tries < 20; tries++) {
            send(new byte[] {'?'});
            var answer = receive(200);
            if (answer != null) {
                return Integer.parseInt(new String(answer, StandardCharsets.US_ASCII));
            }
        }
        throw new AssertionError("No answer");
    }

    @Override
    public void close() {
        socket.close();
    }
}
