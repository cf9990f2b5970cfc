package dev.plimsoll.agent.app;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.TargetConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.UUID;

/** A target that sends everything back, and the load balancer in front of it. */
final class EchoTarget implements AutoCloseable {
    static final String VIP = "127.0.4.1";

    private final ServerSocket server =
            new ServerSocket(0, 512, InetAddress.ofLiteral("127.0.0.1"));
    private final UUID loadBalancer;
    final int port = freePort();
    int maxConnections = 100;

    EchoTarget(UUID loadBalancer) throws IOException {
        this.loadBalancer = loadBalancer;
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException clientIsGone) {
            // nothing to tell
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral(VIP))) {
            return socket.getLocalPort();
        }
    }

    AgentConfig config(long revision) {
        return config(revision, port);
    }

    AgentConfig config(long revision, int port) {
        return new AgentConfig(
                loadBalancer,
                revision,
                revision,
                List.of(VIP),
                maxConnections,
                List.of(),
                List.of(
                        new ListenerConfig(
                                "tcp", ListenerConfig.Protocol.TCP, port, "a", 60_000, List.of())),
                List.of(
                        new TargetPoolConfig(
                                "a",
                                TargetPoolConfig.Balancing.ROUND_ROBIN,
                                new HealthCheckConfig(200, 0, 500, 1, 2, null, null),
                                List.of(new TargetConfig("127.0.0.1", server.getLocalPort())))));
    }

    boolean answers() {
        return answers(port);
    }

    static boolean answers(int port) {
        try (var socket = connect(port)) {
            return speaks(socket);
        } catch (IOException notServing) {
            return false;
        }
    }

    static Socket connect(int port) throws IOException {
        return connect(port, 1_000);
    }

    /**
     * @param millis for the connect, and twice that for each answer
     */
    static Socket connect(int port, int millis) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(VIP), port), millis);
        socket.setSoTimeout(2 * millis);
        return socket;
    }

    static boolean speaks(Socket socket) throws IOException {
        socket.getOutputStream().write('!');
        return socket.getInputStream().read() == '!';
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
