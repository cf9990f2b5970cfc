import ch.qos.logback.classic.Level;
import dev.plimsoll.db.Migrations;
import dev.plimsoll.db.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the API service, with a PostgreSQL of its own that forces its commits to disk, no
 * provisioner, and this client on the same machine. Latency counts from the time at which a request
 * was due, so that a pause is not hidden by requests that were never sent.
 */
class ManagementApi {
    private static final UUID PROJECT = UUID.randomUUID();
    private static final int PER_PROJECT = 1_000;
    private static final Pattern VERSION = Pattern.compile("\"name\":\"(lb-\\d+)\",\"version\":\"([^\"]+)\"");
    private static final String BODY =
            """
            {"version":"%s","options":{"ephemeralAddress":true},
             "listeners":[{"port":80,"protocol":"PROTOCOL_TCP","targetPool":"web","displayName":"http"}],
             "targetPools":[{"name":"web","targetPort":%d,
              "targets":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"},{"ip":"10.0.0.3"},{"ip":"10.0.0.4"}]}]}
            """;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ConcurrentHashMap<String, String> versions = new ConcurrentHashMap<>();
    private final String base;
    private final String token;
    private final AtomicBoolean said = new AtomicBoolean();
    private boolean met = true;

    ManagementApi(String base, String token) {
        this.base = base + "/v2/projects/" + PROJECT + "/regions/eu01/load-balancers";
        this.token = token;
    }

    public static void main(String[] arguments) throws Exception {
        int loadBalancers = argument(arguments, "--load-balancers", 10_000);
        int seconds = argument(arguments, "--seconds", 20);
        int gets = argument(arguments, "--gets", 500);
        int puts = argument(arguments, "--puts", 50);
        ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        var folder = Files.createTempDirectory("plimsoll-management-api");
        var postgres = PostgresServer.startOrAdopt(folder, folder.resolve("programs"));
        var running = new AtomicReference<Process>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(running.get(), postgres, folder)));
        postgres.createDatabase(PostgresServer.NAME);
        Migrations.migrate(postgres.dataSource(PostgresServer.NAME));
        var token = "plm_" + randomText();
        try (var connection = postgres.dataSource(PostgresServer.NAME).getConnection()) {
            fill(connection, loadBalancers, token);
        }
        int port = freePort();
        var service = service(folder, postgres, port);
        running.set(service);
        var bench = new ManagementApi("http://127.0.0.1:" + port, token);
        bench.awaitService(service);
        bench.run(seconds, gets, puts);
        System.exit(bench.met ? 0 : 1);
    }

    /** Also when it is interrupted. */
    private static void cleanUp(Process service, PostgresServer postgres, Path folder) {
        try {
            if (service != null) {
                service.destroyForcibly().waitFor();
            }
            postgres.stop();
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int argument(String[] arguments, String name, int byDefault) {
        int at = Arrays.asList(arguments).indexOf(name);
        return at < 0 ? byDefault : Integer.parseInt(arguments[at + 1]);
    }

    /** As they are when they are READY. */
    private static void fill(Connection connection, int loadBalancers, String token) throws SQLException {
        try (var sql = connection.createStatement()) {
            sql.execute("CREATE TEMPORARY TABLE p AS SELECT i, CASE WHEN i = 0 THEN '%s'::uuid ELSE gen_random_uuid() END AS id"
                    .formatted(PROJECT) + " FROM generate_series(0, %d) i".formatted((loadBalancers - 1) / PER_PROJECT));
            sql.execute("INSERT INTO project (id, name) SELECT id, 'bench-' || i FROM p");
            sql.execute("INSERT INTO api_token (sha256, name, role, project_id) VALUES (sha256('%s'), 'bench', 'nlb.admin', '%s')"
                    .formatted(token, PROJECT));
            sql.execute(
                    """
                    INSERT INTO load_balancer (project_id, region_id, name, generation, observed_generation)
                    SELECT p.id, 'eu01', 'lb-' || n, 1, 1 FROM generate_series(0, %d) n JOIN p ON p.i = n / %d
                    """
                            .formatted(loadBalancers - 1, PER_PROJECT));
            sql.execute(
                    """
                    INSERT INTO load_balancer_revision (load_balancer_id, generation, spec, author, request_id, reason)
                    SELECT id, 1, '{"planId":"p10","options":{"ephemeralAddress":true},
                      "networks":[{"networkId":"2028e5d4-af4f-45e2-98df-502be37a4317","role":"ROLE_LISTENERS_AND_TARGETS"}],
                      "listeners":[{"port":80,"protocol":"PROTOCOL_TCP","targetPool":"web","displayName":"http"}],
                      "targetPools":[{"name":"web","targetPort":8080,
                        "targets":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"},{"ip":"10.0.0.3"},{"ip":"10.0.0.4"}]}],
                      "disableTargetSecurityGroupAssignment":false}', 'bench', gen_random_uuid()::text, 'CREATE'
                    FROM load_balancer
                    """);
            sql.execute(
                    """
                    INSERT INTO security_group SELECT uuidv7(), project_id, lb.id, kind, name || '-' || lower(kind)
                    FROM load_balancer lb, unnest(ARRAY['TARGET', 'LOAD_BALANCER']) kind
                    """);
            sql.execute(
                    """
                    INSERT INTO address SELECT kind, '10.0.0.0'::inet + row_number() OVER (), kind, lb.id
                    FROM load_balancer lb, unnest(ARRAY['PRIVATE', 'EPHEMERAL']) kind
                    """);
            sql.execute(
                    """
                    INSERT INTO condition SELECT id, type, 'TRUE', 'Fine', '', 1, now()
                    FROM load_balancer, unnest(ARRAY['FEASIBLE', 'SERVING', 'APPLIED', 'REDUNDANT']) type
                    """);
            sql.execute("ANALYZE");
        }
    }

    private static Process service(Path folder, PostgresServer postgres, int port) throws IOException {
        Files.writeString(folder.resolve("secret.key"), Base64.getEncoder().encodeToString(random()));
        var command = new ArrayList<String>(List.of(ProcessHandle.current().info().command().orElse("java")));
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path")));
        command.add("dev.plimsoll.api.ApiService");
        Map.of(
                        "server.port", port,
                        "server.address", "127.0.0.1",
                        "management.server.port", 0,
                        "spring.datasource.url", postgres.jdbcUrl(PostgresServer.NAME),
                        "spring.datasource.username", postgres.user(),
                        "spring.datasource.password", postgres.password(),
                        "plimsoll.api.secrets.key-file", folder.resolve("secret.key"))
                .forEach((name, value) -> command.add("--" + name + "=" + value));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("service.log").toFile())
                .start();
    }

    private void awaitService(Process service) throws Exception {
        var last = "nothing";
        for (int i = 0; i < 600; i++) {
            if (!service.isAlive()) {
                throw new IllegalStateException("The service ended at start");
            }
            try {
                var answer = http.send(request("?pageSize=1").build(), BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return;
                }
                last = answer.statusCode() + " " + answer.body();
            } catch (IOException e) {
                last = e.toString();
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("The service did not answer with a list within a minute, but: " + last);
    }

    private void run(int seconds, int gets, int puts) throws Exception {
        var list = http.send(request("").build(), BodyHandlers.ofString()).body();
        var matcher = VERSION.matcher(list);
        while (matcher.find()) {
            versions.put(matcher.group(1), matcher.group(2));
        }
        System.out.printf("%d load balancers on the page; warming up%n", versions.size());
        atRate(gets, seconds, this::get);
        atRate(puts, seconds / 2, this::put);
        met = true;
        System.out.printf("%-28s %8s %9s %9s %9s %9s%n", "ms", "n", "median", "p95", "p99", "max");
        report("GET one, %d/s".formatted(gets), atRate(gets, seconds, this::get), 0.99, 10);
        report("list of 1,000", listing(30), 1.0, 300);
        report("PUT, wait=0, %d/s".formatted(puts), atRate(puts, seconds, this::put), 0.99, 50);
    }

    private HttpRequest get(int i) {
        return request("/lb-" + i * 7 % PER_PROJECT).build();
    }

    /** Each in turn gets another target port. */
    private HttpRequest put(int i) {
        var name = "lb-" + i % PER_PROJECT;
        var body = BODY.formatted(versions.get(name), 8_000 + i % 50_000);
        return request("/" + name)
                .header("Prefer", "wait=0")
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token);
    }

    private int send(HttpRequest request) throws IOException, InterruptedException {
        var answer = http.send(request, BodyHandlers.ofString());
        if (request.method().equals("PUT")) {
            var matcher = VERSION.matcher(answer.body());
            if (matcher.find()) {
                versions.put(matcher.group(1), matcher.group(2));
            }
        }
        if (answer.statusCode() != 200 && said.compareAndSet(false, true)) {
            System.out.println("first failure: " + request.method() + " " + answer.statusCode() + " " + answer.body());
        }
        return answer.statusCode();
    }

    private double[] listing(int times) throws Exception {
        var millis = new double[times];
        for (int i = 0; i < times; i++) {
            long started = System.nanoTime();
            send(request("").build());
            millis[i] = (System.nanoTime() - started) / 1e6;
        }
        return millis;
    }

    private double[] atRate(int perSecond, int seconds, IntFunction<HttpRequest> requests) throws Exception {
        var millis = new ConcurrentLinkedQueue<Double>();
        var failed = new AtomicLong();
        long start = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < perSecond * seconds; i++) {
                long due = start + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
                for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.sleep(early);
                }
                var request = requests.apply(i);
                threads.submit(() -> {
                    if (send(request) != 200) {
                        failed.incrementAndGet();
                    }
                    return millis.add((System.nanoTime() - due) / 1e6);
                });
            }
        }
        long wrong = failed.get() + (long) perSecond * seconds - millis.size();
        if (wrong > 0) {
            System.out.printf("%d of %d requests failed%n", wrong, perSecond * seconds);
            met = false;
        }
        return millis.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private void report(String name, double[] millis, double rank, double bound) {
        if (millis.length == 0) {
            throw new IllegalStateException("No request of '" + name + "' was answered");
        }
        Arrays.sort(millis);
        double decisive = at(millis, rank);
        met &= decisive < bound;
        System.out.printf("%-28s %8d %9.2f %9.2f %9.2f %9.2f   %s < %.0f: %s%n", name, millis.length, at(millis, 0.5), at(millis, 0.95),
                at(millis, 0.99), at(millis, 1), rank == 1 ? "max" : "p99", bound, decisive < bound ? "met" : "MISSED");
    }

    private static double at(double[] sorted, double rank) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * rank))];
    }

    /** As tokens are. */
    private static String randomText() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random());
    }

    private static byte[] random() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (var path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
