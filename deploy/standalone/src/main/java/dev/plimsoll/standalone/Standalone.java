package dev.plimsoll.standalone;

import dev.plimsoll.api.ApiService;
import dev.plimsoll.db.Migrations;
import dev.plimsoll.db.PostgresServer;
import dev.plimsoll.provisioner.Provisioner;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import dev.plimsoll.provisioner.work.FirstPass;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** API and provisioner in one Spring context over the data folder's own PostgreSQL. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ApiService.class, Provisioner.class})
public class Standalone {
    /** Held on to: a lock that nobody refers to ends with the next garbage collection. */
    private static volatile @Nullable FileLock held;

    private static final int DEFAULT_PORT = 8080;
    private static final Duration FIRST_PASS_LIMIT = Duration.ofSeconds(60);
    private static final Duration FIRST_PASS_EACH = Duration.ofMillis(30);
    private static final String CONFIGURATIONS = "api-service,provisioner,standalone";

    /**
     * Runs until the JVM is asked to end. Progress and failure go to the data folder's progress
     * file, line by line.
     */
    static void run(DataFolder folder, Options options) throws IOException {
        var progress = new Progress(folder.progress());
        try {
            folder.prepare();
            holdLock(folder);
            start(folder, options, progress);
        } catch (IOException | RuntimeException failure) {
            LoggerFactory.getLogger(Standalone.class).error("Standalone did not start", failure);
            progress.failed(failure);
            System.exit(1);
        }
    }

    static ConfigurableApplicationContext start(
            DataFolder folder, Options options, Progress progress) throws IOException {
        var driver = folder.settle(options.driver());
        driver.missing()
                .ifPresent(missing -> {
                    throw new CommandFailed(missing);
                });
        var before = folder.running();
        var apiPort =
                options.port("port").orElse(before.map(Running::apiPort).orElse(DEFAULT_PORT));
        FreePorts.require("127.0.0.1", apiPort);
        progress.step("starting PostgreSQL");
        var postgres = PostgresServer.startOrAdopt(folder.postgres(), folder.postgresPrograms());
        postgres.createDatabase(PostgresServer.NAME);
        Migrations.migrate(postgres.dataSource(PostgresServer.NAME));

        progress.step("starting the services");
        if (before.isEmpty()) {
            folder.makeSecretKey();
        }
        var gatewayPort = FreePorts.keepOrAny(before.map(Running::gatewayPort).orElse(0));
        var context =
                new SpringApplication(Standalone.class)
                        .run(arguments(folder, options, driver, postgres, apiPort, gatewayPort));
        progress.step("looking at every load balancer");
        awaitFirstPass(context);
        var ports = Ports.of(context);
        FirstStart.complete(context, folder, ports, options, driver);
        folder.save(
                new Running(
                        ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow(),
                        ports.url(),
                        ports.api(),
                        ports.management(),
                        ports.gateway(),
                        Instant.now(),
                        before.isEmpty()));
        progress.ready();
        return context;
    }

    /** Ready means that what the API says of every load balancer is true again. */
    private static void awaitFirstPass(ConfigurableApplicationContext context) {
        try {
            var pass = context.getBean(FirstPass.class);
            var limit = FIRST_PASS_LIMIT.plus(FIRST_PASS_EACH.multipliedBy(pass.expected()));
            if (!pass.await(limit)) {
                throw new CommandFailed(
                        "not every load balancer could be looked at within " + limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("interrupted", e);
        }
    }

    private static String[] arguments(
            DataFolder folder,
            Options options,
            Driver driver,
            PostgresServer postgres,
            int apiPort,
            int gatewayPort)
            throws IOException {
        var properties = new HashMap<String, Object>();
        properties.put("spring.config.name", CONFIGURATIONS);
        properties.put("spring.datasource.url", postgres.jdbcUrl(PostgresServer.NAME));
        properties.put("spring.datasource.username", postgres.user());
        properties.put("server.port", apiPort);
        properties.put("plimsoll.provisioner.gateway.port", gatewayPort);
        properties.put("plimsoll.provisioner.secret-key-file", folder.secretKey());
        properties.put("plimsoll.provisioner.driver", driver.word());
        properties.put("plimsoll.provisioner.simulated.data", folder.simulatedMachines());
        properties.put("plimsoll.api.secrets.key-file", folder.secretKey());
        properties.put("plimsoll.provisioner.local.data", folder.path());
        properties.put(
                "plimsoll.provisioner.local.agent-home", Installed.folder().resolve("agent"));
        properties.put("plimsoll.provisioner.netns.data", folder.path());
        properties.put(
                "plimsoll.provisioner.netns.agent-home", Installed.folder().resolve("agent"));
        properties.putAll(driver.properties());
        properties.putAll(Training.properties(options));
        // Not an argument: a command line can be read by every user of the machine.
        System.setProperty("spring.datasource.password", postgres.password());
        return properties.entrySet().stream()
                .map((Map.Entry<String, Object> p) -> "--" + p.getKey() + "=" + p.getValue())
                .toArray(String[]::new);
    }

    /** Two standalones on one folder would fight; the lock goes with the process. */
    @SuppressWarnings("resource") // held until the JVM ends
    private static void holdLock(DataFolder folder) throws IOException {
        if (!Files.exists(folder.lock())) {
            Files.createFile(folder.lock());
        }
        var channel = FileChannel.open(folder.lock(), StandardOpenOption.WRITE);
        held = channel.tryLock();
        if (held == null) {
            throw new CommandFailed("already running on " + folder.path());
        }
    }
}
