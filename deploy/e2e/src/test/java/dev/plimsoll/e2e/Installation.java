package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plimsoll.client.ApiClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/**
 * An installation as its operator sees it: the launcher, the data folder, and nothing of its
 * inside.
 */
final class Installation implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path LAUNCHER = Path.of("../../plimsoll").toAbsolutePath().normalize();
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);

    private final Path data;
    private final Map<String, String> environment;

    Installation(Path data) {
        this(data, Map.of());
    }

    /**
     * @param environment settings that differ from the defaults
     */
    Installation(Path data, Map<String, String> environment) {
        this.data = data;
        this.environment = environment;
    }

    record Said(int exit, String text) {}

    /** Runs the launcher on this data folder and returns all that it printed. */
    Said plimsoll(String command, String... options) throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of(LAUNCHER.toString(), command));
        line.addAll(List.of("--data", data.toString()));
        line.addAll(List.of(options));
        var output = Files.createTempFile("plimsoll-e2e", ".txt");
        var builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        if (!process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(line + " did not end: " + Files.readString(output));
        }
        var said = new Said(process.exitValue(), Files.readString(output));
        Files.delete(output);
        return said;
    }

    /** Starts it on any free port, or fails with what was said instead. */
    String up() throws IOException, InterruptedException {
        var said = plimsoll("up", "--port", "0");
        assertThat(said.exit()).as(said.text()).isZero();
        return said.text();
    }

    JsonNode credentials() throws IOException {
        return JSON.readTree(data.resolve("credentials.json").toFile());
    }

    String credential(String name) throws IOException {
        return credentials().path(name).asText();
    }

    Path data() {
        return data;
    }

    /** A client generated from the contract, with the token of that name in the credentials. */
    ApiClient client(String token) throws IOException {
        var client = new ApiClient();
        client.updateBaseUri(credential("url"));
        var bearer = "Bearer " + credential(token);
        client.setRequestInterceptor(request -> request.header("Authorization", bearer));
        client.setConnectTimeout(Duration.ofSeconds(5));
        client.setReadTimeout(PATIENCE);
        return client;
    }

    URI url(String path) throws IOException {
        return URI.create(credential("url") + path);
    }

    JsonNode status() throws IOException, InterruptedException {
        var said = plimsoll("status", "--json");
        assertThat(said.exit()).as(said.text()).isZero();
        return JSON.readTree(said.text());
    }

    /** Pid of the process that is the API and the provisioner. */
    long servicesPid() throws IOException {
        return JSON.readTree(data.resolve("standalone.json").toFile())
                .path("process")
                .path("pid")
                .asLong();
    }

    List<Agent> agents(String loadBalancer) throws IOException, InterruptedException {
        return elements(status().path("loadBalancers"))
                .filter(lb -> lb.path("name").asText().equals(loadBalancer))
                .flatMap(lb -> elements(lb.path("agents")))
                .map(agent ->
                        new Agent(
                                agent.path("machine").asText(),
                                agent.path("pid").asLong(),
                                agent.path("role").asText(),
                                agent.path("connected").asBoolean()))
                .toList();
    }

    /** As somebody who has the database could, past its triggers. */
    void execute(String statement) throws IOException, SQLException {
        var server = data.resolve("postgres");
        var port = Files.readAllLines(server.resolve("data/postmaster.pid")).get(3).strip();
        var url = "jdbc:postgresql://127.0.0.1:" + port + "/plimsoll";
        var password = Files.readString(server.resolve("password"));
        try (var connection = DriverManager.getConnection(url, "plimsoll", password);
                var session = connection.createStatement()) {
            session.execute("set session_replication_role = replica");
            session.execute(statement);
        }
    }

    /** What Prometheus gets of the services and of a load balancer's agents. */
    String pages(String loadBalancer) throws IOException, InterruptedException {
        int port =
                JSON.readTree(data.resolve("standalone.json").toFile())
                        .path("managementPort")
                        .asInt();
        var pages = new StringBuilder(page("127.0.0.1:" + port + "/actuator/prometheus"));
        for (var agent : agents(loadBalancer)) {
            var folder = data.resolve("machines").resolve(agent.machine());
            pages.append(
                    page(Files.readString(folder.resolve("agent.admin")).strip() + "/metrics"));
        }
        return pages.toString();
    }

    private static String page(String address) throws IOException {
        try (var in = URI.create("http://" + address).toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    record Agent(String machine, long pid, String role, boolean connected) {}

    static java.util.stream.Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** SIGKILL, and the wait until the process is gone. */
    static void kill(long pid) throws Exception {
        var process = ProcessHandle.of(pid).orElseThrow();
        assertThat(process.destroyForcibly()).isTrue();
        process.onExit().get(10, TimeUnit.SECONDS);
    }

    /** As SIGSTOP, which no process can refuse. */
    static void suspend(long pid) throws Exception {
        var kill = new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Whether a process runs; one that has ended and waits to be collected does not. */
    static boolean runs(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
        } catch (IOException gone) {
            return false;
        }
    }

    /** Pids of the processes that have this data folder on their command line. */
    List<Long> processes() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> commandLine(pid).contains(data.toString()))
                .filter(Installation::runs)
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    @Override
    public void close() throws Exception {
        var said = plimsoll("down");
        assertThat(said.exit()).as(said.text()).isZero();
        assertThat(processes()).as("left over after down").isEmpty();
    }
}
