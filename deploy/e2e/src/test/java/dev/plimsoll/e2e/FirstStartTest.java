package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer does first: up, paste what it prints, up again, down. */
class FirstStartTest {
    /** Pasting must not meet an installation that somebody runs here. */
    private static final String OTHER_VIP = "127.0.0.87";

    @TempDir Path folder;

    @Test
    void thePrintedCommandsWorkAsTheyArePasted() throws Exception {
        try (var installation = new Installation(folder.resolve("data"))) {
            var welcome = installation.up();
            assertThat(welcome)
                    .contains(
                            installation.credential("url"),
                            installation.credential("projectId"),
                            installation.credential("adminToken"),
                            installation.credential("readerToken"));
            assertThat(
                            Files.getPosixFilePermissions(
                                    installation.data().resolve("credentials.json")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            var commands = commandsOf(welcome, installation);
            assertThat(commands).hasSize(3);

            assertThat(paste(commands.get(0))).contains("\"status\":\"STATUS_READY\"");
            await().atMost(Installation.PATIENCE)
                    .untilAsserted(() ->
                            assertThat(paste(commands.get(1)).lines())
                                    .containsExactlyInAnyOrder(
                                            "hello from target 127.0.0.11",
                                            "hello from target 127.0.0.12",
                                            "hello from target 127.0.0.11",
                                            "hello from target 127.0.0.12"));
            await("the second agent, which a person takes longer than")
                    .atMost(Installation.PATIENCE)
                    .until(() ->
                            installation.agents("demo").stream()
                                    .anyMatch(agent -> agent.role().equals("STANDBY")));
            assertThat(paste(commands.get(2)).lines().filter(l -> l.startsWith("hello")))
                    .hasSize(4);
        }
    }

    @Test
    void downStopsEverythingAndASecondUpBringsItBack() throws Exception {
        try (var installation = new Installation(folder.resolve("data"));
                var target = HelloTarget.start("127.0.0.31", 0, "kept")) {
            installation.up();
            var project = installation.credential("projectId");
            var before = new Tenant(installation).ready("kept", target);

            assertThat(installation.plimsoll("down").text()).contains("2 agents", "PostgreSQL");
            assertThat(installation.processes()).isEmpty();

            var welcome = installation.up();
            assertThat(installation.credential("projectId")).isEqualTo(project);
            assertThat(welcome).doesNotContain(installation.credential("adminToken"));
            var after = new Tenant(installation).awaitReady("kept");
            assertThat(after.getVersion()).isEqualTo(before.getVersion());
            assertThat(after.getExternalAddress()).isEqualTo(before.getExternalAddress());
            assertThat(Caller.nameOfTarget(after.getExternalAddress(), Tenant.LISTENER_PORT))
                    .isEqualTo("kept");
        }
    }

    @Test
    void aTakenPortIsNamedInOneLine() throws Exception {
        try (var installation = new Installation(folder.resolve("data"));
                var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var said =
                    installation.plimsoll("up", "--port", Integer.toString(taken.getLocalPort()));

            assertThat(said.exit()).isEqualTo(1);
            assertThat(said.text().lines().filter(line -> line.startsWith("plimsoll: ")))
                    .singleElement()
                    .asString()
                    .contains("port " + taken.getLocalPort() + " is taken");
        }
    }

    @Test
    void swaggerUiIsServedWithoutAToken() throws Exception {
        try (var installation = new Installation(folder.resolve("data"));
                var client =
                        HttpClient.newBuilder()
                                .followRedirects(HttpClient.Redirect.NORMAL)
                                .build()) {
            installation.up();

            var answer =
                    client.send(
                            HttpRequest.newBuilder(installation.url("/swagger-ui.html")).build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).containsIgnoringCase("swagger-ui");
        }
    }

    /** The indented blocks of the welcome text that are commands, made to use this installation. */
    private static List<String> commandsOf(String welcome, Installation installation) {
        var launcher = Path.of("../../plimsoll").toAbsolutePath().normalize();
        return Pattern.compile("\n\n {2,}((?:curl|for|kill)[^\0]*?)\n\n")
                .matcher(welcome.replace("\n\n", "\n\n\n\n"))
                .results()
                .map(match -> match.group(1))
                .map(command -> command.replace("127.0.0.80", OTHER_VIP))
                .map(command ->
                        Pattern.compile("\\./plimsoll (\\w+)")
                                .matcher(command)
                                .replaceAll(launcher + " $1 --data " + installation.data()))
                .toList();
    }

    private static String paste(String command) throws Exception {
        var process = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true).start();
        try (var output = process.getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
