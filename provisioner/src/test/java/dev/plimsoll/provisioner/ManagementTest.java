package dev.plimsoll.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** A provisioner in a process of its own, as operators watch it. */
class ManagementTest {
    private static final Path DOCUMENTED = Path.of("../docs/metrics.md");
    private static final Pattern NAME = Pattern.compile("`(plimsoll_[a-z_]+)");

    @TempDir Path folder;

    @Test
    void everyMetricOfTheDocumentationIsThere() throws Exception {
        var documented = documented();
        assertThat(documented).hasSizeGreaterThan(20);
        try (var ground = new Ground();
                var http = HttpClient.newHttpClient();
                var provisioner = start(ground)) {
            ground.order("web", Orders.ephemeral(80, "10.0.0.11"));
            var page = page(provisioner.getBean(ManagementServer.class).port());

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> {
                        var text = http.send(page, BodyHandlers.ofString()).body();
                        assertThat(text.lines().map(line -> line.split("[{ ]", 2)[0]))
                                .containsAll(documented.stream().map(this::sample).toList());
                        assertThat(text).contains("plimsoll_machines{state=\"");
                    });
        }
    }

    /** A histogram has its count instead of itself. */
    private String sample(String name) {
        return List.of("plimsoll_reconcile_seconds", "plimsoll_gateway_push_seconds").contains(name)
                ? name + "_bucket"
                : name;
    }

    private static List<String> documented() throws IOException {
        var page = Files.readString(DOCUMENTED);
        var section = page.substring(page.indexOf("## Of the provisioner"));
        return NAME.matcher(section).results().map(it -> it.group(1)).distinct().toList();
    }

    private static HttpRequest page(int port) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/actuator/prometheus"))
                .build();
    }

    private org.springframework.context.ConfigurableApplicationContext start(Ground ground) {
        var database = (HikariDataSource) ground.database();
        return new SpringApplicationBuilder(Provisioner.class, OwnProcess.class)
                .web(WebApplicationType.NONE)
                .properties("spring.config.name=provisioner")
                .run(
                        "--spring.datasource.url=" + database.getJdbcUrl(),
                        "--spring.datasource.username=" + database.getUsername(),
                        "--spring.datasource.password=" + database.getPassword(),
                        "--plimsoll.provisioner.driver=simulated",
                        "--plimsoll.provisioner.janitor=200ms",
                        "--plimsoll.provisioner.work.lease=1s",
                        "--plimsoll.provisioner.management.port=0",
                        "--plimsoll.provisioner.simulated.data=" + folder.resolve("simulated"),
                        "--plimsoll.provisioner.secret-key-file=" + folder.resolve("key"));
    }
}
