package dev.plimsoll.provisioner.driver.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * In the agent's place: does nothing until it is told to end; deaf to that with a file "deaf",
 * answers on an admin port with a file "answering".
 */
public final class StandInAgent {
    private StandInAgent() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var given = List.of(arguments);
        var folder = Path.of(given.get(given.indexOf("--dir") + 1));
        if (Files.exists(folder.resolveSibling("deaf"))) {
            Runtime.getRuntime().addShutdownHook(new Thread(StandInAgent::waitForEver));
        }
        System.out.println("stand-in started with " + System.getProperty("extra", "nothing more"));
        if (Files.exists(folder.resolveSibling("answering"))) {
            answer(folder);
        }
        Files.writeString(folder.resolve("started"), "");
        waitForEver();
    }

    private static void answer(Path folder) throws IOException {
        var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    while (true) {
                        try (var socket = server.accept()) {
                            socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes());
                        } catch (IOException _) {
                            // the next one
                        }
                    }
                });
        Files.writeString(folder.resolve("new"), "127.0.0.1:" + server.getLocalPort());
        Files.move(folder.resolve("new"), folder.resolve("agent.admin"));
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
