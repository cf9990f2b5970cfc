package dev.plimsoll.agent.app;

import dev.plimsoll.agent.app.admin.AdminServer;
import dev.plimsoll.agent.app.admin.MetricsPage;
import dev.plimsoll.agent.app.control.Link;
import dev.plimsoll.agent.app.machine.ConfigStore;
import dev.plimsoll.agent.app.machine.ConfigTrial;
import dev.plimsoll.agent.app.machine.DescriptorLimit;
import dev.plimsoll.agent.app.machine.MachineFolder;
import dev.plimsoll.agent.app.push.AgentFeeds;
import dev.plimsoll.agent.app.push.PushFile;
import dev.plimsoll.agent.app.push.Pushes;
import dev.plimsoll.agent.protocol.Bootstrap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.resources.LoopResources;
import tools.jackson.core.JacksonException;

/**
 * {@code AgentMain --dir DIR}: serves as soon as it can, from what is on disk; everything that only
 * talks (admin server, control stream) starts after that.
 */
public final class AgentMain {
    private static final Logger log = LoggerFactory.getLogger(AgentMain.class);
    private static final String PID = "agent.pid";
    private static final int BAD_START = 2;

    /** Two provisioners started one for the same machine, since one of them had been paused. */
    private static final int NOT_NEEDED = 3;

    /** The peer takes new connections meanwhile; together with the rest of the end below 2 s. */
    private static final Duration DRAIN = Duration.ofMillis(500);

    private final MachineFolder folder;
    private final ConfigTrial trial;
    private final Agent agent;
    private final UUID machine;
    private final int adminPort;
    private final CountDownLatch end = new CountDownLatch(1);

    private AgentMain(MachineFolder folder) throws IOException {
        this.folder = folder;
        var bootstrap = folder.bootstrap();
        this.trial = new ConfigTrial(folder, version());
        this.agent =
                new Agent(
                        bootstrap,
                        version(),
                        DescriptorLimit.connections(),
                        new ConfigStore(folder),
                        trial,
                        new Pushes(new PushFile(folder)),
                        this::onRetired);
        agent.restore();
        this.machine = bootstrap.machineId();
        this.adminPort = bootstrap.adminPort();
    }

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2 || !arguments[0].equals("--dir")) {
            System.err.println("Usage: agent --dir FOLDER");
            System.exit(BAD_START);
        }
        var folder = new MachineFolder(Path.of(arguments[1]).toAbsolutePath());
        try {
            if (!folder.isTakenByThisProcess()) {
                log.atError()
                        .addKeyValue("folder", folder.path())
                        .log("Another agent runs in this folder; this one is not needed");
                System.exit(NOT_NEEDED);
            }
            folder.replace(
                    PID,
                    Long.toString(ProcessHandle.current().pid())
                            .getBytes(StandardCharsets.US_ASCII));
            new AgentMain(folder).run();
        } catch (IOException | JacksonException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("folder", folder.path())
                    .log("The agent cannot start");
            System.exit(BAD_START);
        }
    }

    private void run() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "agent-stop"));
        var loops = LoopResources.create("agent-link", 1, true);
        var link = new Link(folder, loops, InstantSource.system(), agent);
        var metrics = new MetricsPage(agent, link.meters());
        var admin = AdminServer.start(agent, metrics, loops, adminPort);
        agent.onAdmin(admin.address(), metrics);
        log.atInfo().addKeyValue("admin", admin.address()).log("Admin server listens");
        tell(admin.address());
        link.start();
        agent.startTicking();
        agent.startPushing(
                new AgentFeeds(
                        machine,
                        metrics::snapshots,
                        agent.engine().flows(),
                        ConnectionAnswers::report));
        end.await();
        System.exit(0);
    }

    /** Whoever started this agent, so that it can ask whether it lives. */
    private void tell(String adminAddress) {
        try {
            folder.note(Bootstrap.ADMIN_FILE, adminAddress.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            log.atWarn().setCause(e).log("Cannot write where the admin server listens");
        }
    }

    private void onRetired(String reason) {
        log.atInfo().addKeyValue("reason", reason).log("Retired");
        end.countDown();
    }

    /**
     * The VIP goes to the peer first; our connections then have a moment to end. Halts, because the
     * JVM would report a process that ends by SIGTERM as failed.
     */
    private void stop() {
        try {
            agent.stop();
            trial.passed();
            agent.engine().close(DRAIN);
            Files.deleteIfExists(folder.file(PID));
            log.info("Stopped");
            Runtime.getRuntime().halt(0);
        } catch (IOException | RuntimeException e) {
            log.atError().setCause(e).log("The agent did not stop in order");
            Runtime.getRuntime().halt(1);
        }
    }

    private static String version() {
        return Objects.requireNonNullElse(
                AgentMain.class.getPackage().getImplementationVersion(), "development");
    }
}
