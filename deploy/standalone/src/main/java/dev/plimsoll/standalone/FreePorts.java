package dev.plimsoll.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Whether a port can be had, asked before the services start so that the answer is one clear line.
 */
final class FreePorts {
    private static final String LOOPBACK = "127.0.0.1";

    private FreePorts() {}

    /** Fails unless {@code port} can be listened on now; 0 always can. */
    static void require(String host, int port) throws IOException {
        if (!isFree(host, port)) {
            throw new CommandFailed(
                    "port %d is taken by another program: choose one with --port N (0 for any)"
                            .formatted(port));
        }
    }

    /** The wanted port where it is free, else any: agents are told where to dial. */
    static int keepOrAny(int wanted) throws IOException {
        return wanted != 0 && isFree(LOOPBACK, wanted) ? wanted : 0;
    }

    private static boolean isFree(String host, int port) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return true;
        } catch (java.net.BindException taken) {
            return false;
        }
    }
}
