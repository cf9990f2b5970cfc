package dev.plimsoll.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One short life of an installation, lived while the JVM notes which classes it loads (AOT cache,
 * JEP 514): start, order a load balancer, send a request through it, delete it. Its agents write
 * caches of their own as they end.
 */
final class Training {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration DEADLINE_AFTER_GRACE = Duration.ofSeconds(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final String TRAIN = "train";

    /** Any address: the one of the demo may be taken by an installation that runs here. */
    private static final String EPHEMERAL = "\"options\": {\"ephemeralAddress\": true}";

    private final DataFolder folder;
    private final Credentials credentials;
    private final HttpClient client = HttpClient.newHttpClient();

    private Training(DataFolder folder, Credentials credentials) {
        this.folder = folder;
        this.credentials = credentials;
    }

    /** Settings that a training run needs beyond those of any run. */
    static Map<String, Object> properties(Options options) {
        return options.has(TRAIN)
                ? Map.of(
                        "plimsoll.provisioner.local.stop-grace",
                        LIMIT.toSeconds() + "s",
                        "plimsoll.provisioner.driver-deadline",
                        LIMIT.plus(DEADLINE_AFTER_GRACE).toSeconds() + "s",
                        "plimsoll.provisioner.local.extra-jvm-args",
                        "-XX:AOTCacheOutput=" + options.text(TRAIN, "") + "/{machineId}.aot")
                : Map.of();
    }

    static void run(DataFolder folder, Options options) throws IOException {
        folder.prepare();
        var caches = Files.createDirectories(folder.path().resolve("aot"));
        var training = options.with("port", "0").with(TRAIN, caches.toString());
        var context = Standalone.start(folder, training, new Progress(folder.progress()));
        try (context) {
            new Training(folder, folder.credentials().orElseThrow()).live();
        }
        var agentHome = Installed.folder().resolve("agent");
        try (var written = Files.list(caches)) {
            var cache = written.filter(f -> f.toString().endsWith(".aot")).findFirst();
            if (cache.isPresent()) {
                Files.move(
                        cache.get(),
                        agentHome.resolve("agent.aot"),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void live() throws IOException {
        call("POST", "", new Welcome(credentials, true, folder, Options.of()).order(EPHEMERAL));
        await("READY", () -> "STATUS_READY".equals(get().path("status").asString("")));
        await("answer through it", this::isAnswered);
        call("DELETE", "/demo", "");
        await("deletion", () -> get().path("status").isNumber());
        awaitCaches();
    }

    /** The agents write their caches in processes of their own after they were told to end. */
    private void awaitCaches() throws IOException {
        await(
                "agent caches",
                () -> {
                    try (var files = Files.list(folder.path().resolve("aot"))) {
                        return files.anyMatch(f -> f.toString().endsWith(".aot"));
                    }
                });
    }

    private boolean isAnswered() throws IOException {
        var vip = get().path("externalAddress").asString("");
        var uri = URI.create("http://%s:%d/".formatted(vip, Welcome.DEMO_PORT));
        try {
            return !send(HttpRequest.newBuilder(uri).build()).isEmpty();
        } catch (IOException noTargetIsHealthyYet) {
            return false;
        }
    }

    private JsonNode get() throws IOException {
        return JsonMapper.shared().readTree(call("GET", "/demo", ""));
    }

    private String call(String method, String path, String body) throws IOException {
        var uri =
                "%s/v2/projects/%s/regions/%s/load-balancers%s"
                        .formatted(
                                credentials.url(),
                                credentials.projectId(),
                                credentials.region(),
                                path);
        return send(
                HttpRequest.newBuilder(URI.create(uri))
                        .header("Authorization", "Bearer " + credentials.adminToken())
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private String send(HttpRequest request) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void await(String what, Condition condition) throws IOException {
        var deadline = Instant.now().plus(LIMIT);
        while (!condition.holds()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IOException("No " + what + " within " + LIMIT);
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }
}
