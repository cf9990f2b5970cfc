package dev.plimsoll.standalone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * Two small HTTP servers to put a first load balancer in front of. A process of their own, so that
 * they outlive the rest.
 */
final class DemoTargets {
    static final int PORT = 9080;
    static final List<String> ADDRESSES = List.of("127.0.0.11", "127.0.0.12");

    private static final int BACKLOG = 1024;

    private DemoTargets() {}

    /** Serves until the process ends: on both of the demo's addresses, or on another one alone. */
    static void serve(Optional<String> other) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        for (var address : other.map(List::of).orElse(ADDRESSES)) {
            var server = HttpServer.create(new InetSocketAddress(address, PORT), BACKLOG);
            server.createContext("/", exchange -> answer(exchange, address));
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
        }
    }

    private static void answer(HttpExchange exchange, String address) throws IOException {
        var body = ("hello from target " + address + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(200, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** Starts them unless they run. */
    static void startFor(DataFolder folder, ChildJava java) throws IOException {
        var known = DataFolder.read(folder.demoTargets(), ProcessIdentity.class);
        if (known.filter(ProcessIdentity::isAlive).isPresent()) {
            return;
        }
        var log = folder.path().resolve("demo-targets.log");
        Files.deleteIfExists(log);
        var process =
                java.start(List.of("-Xmx32m", "-XX:TieredStopAtLevel=1"), "demo-targets", log);
        var identity = ProcessIdentity.of(process.pid());
        if (identity.isPresent()) {
            folder.write(folder.demoTargets().getFileName().toString(), identity.get());
        }
    }
}
