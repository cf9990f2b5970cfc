package dev.plimsoll.provisioner.driver.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.VipOwnership;
import dev.plimsoll.provisioner.driver.process.MachineFolder;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineDriverContract;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import dev.plimsoll.testing.Freezer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class LocalDriverTest extends MachineDriverContract {
    private static final Duration HUNG_AFTER = Duration.ofMillis(300);
    private static final LocalSettings.Silence SILENCE =
            new LocalSettings.Silence(Duration.ofMillis(100), Duration.ofSeconds(1), 3);

    @TempDir Path folder;
    private final List<LocalDriver> drivers = new ArrayList<>();

    @AfterEach
    void endAll() {
        driver().owned().forEach(machine -> driver().removeOrphan(machine));
        drivers.forEach(LocalDriver::close);
    }

    @Override
    protected MachineDriver driver() {
        return drivers.isEmpty() ? restarted() : drivers.getFirst();
    }

    @Override
    protected MachineDriver restarted() {
        var driver = new LocalDriver(settings(), this::bootstrap);
        drivers.add(driver);
        return driver;
    }

    @Override
    protected void crash(MachineSpec machine) {
        var process = process(machine);
        process.handle().orElseThrow().destroyForcibly();
        await().atMost(LIMIT).until(() -> !process.isAlive());
    }

    @Override
    protected String lifeOf(MachineSpec machine) {
        return process(machine).toString();
    }

    @Override
    protected int portKnownTo(MachineSpec machine) {
        return read(() -> folderOf(machine).bootstrap()).gateways().getFirst().port();
    }

    @Test
    void bootstrapIsReadableByItsOwnerAlone() throws IOException {
        var machine = machine(0);
        ensure(machine);

        var file = folderOf(machine).path().resolve("bootstrap.json");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(read(() -> folderOf(machine).bootstrap()).vip())
                .isEqualTo(
                        new VipOwnership.FileLock(
                                folder.resolve("locks/" + machine.loadBalancer() + ".lock")
                                        .toString()));
    }

    @Test
    void bootstrapOfTheFirstFormIsWrittenAnewInOneThatBothFormsOfAgentsRead() throws IOException {
        var machine = machine(0);
        ensure(machine);
        var file = folderOf(machine).path().resolve("bootstrap.json");
        var lock = folder.resolve("locks/" + machine.loadBalancer() + ".lock").toString();
        Files.writeString(
                file,
                """
                {"machineId": "%s", "incarnation": 1, "loadBalancerId": "%s",
                 "gatewayHost": "127.0.0.1", "gatewayPort": 3999, "caCertificatePem": "x",
                 "enrolmentToken": "spent", "activeLockFile": "%s"}
                """
                        .formatted(machine.id(), machine.loadBalancer(), lock));

        ensure(machine);

        var json = new JsonMapper().readTree(Files.readString(file));
        assertThat(json.get("gatewayHost").asString()).isEqualTo("127.0.0.1");
        assertThat(json.get("gatewayPort").asInt()).isEqualTo(gatewayPort);
        assertThat(json.get("activeLockFile").asString()).isEqualTo(lock);
        assertThat(portKnownTo(machine)).isEqualTo(gatewayPort);
    }

    @Test
    void extraArgumentsNameTheMachineAndOutputGoesToItsLog() {
        var machine = machine(0);

        ensure(machine);

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(folderOf(machine).log())
                                .content()
                                .contains("started with " + machine.id()));
    }

    @Test
    void agentLeadsASessionOfItsOwn() throws IOException {
        var machine = machine(0);
        ensure(machine);
        await().atMost(LIMIT).until(() -> Files.exists(started(machine)));

        var pid = process(machine).pid();
        var fields = Files.readString(Path.of("/proc/" + pid + "/stat")).split("\\) ", 2)[1];

        assertThat(fields.split(" ")[3]).isEqualTo(Long.toString(pid));
    }

    @Test
    void processThatWasStartedButNotWrittenDownIsAdopted() throws IOException {
        var machine = machine(0);
        ensure(machine);
        await().atMost(LIMIT).until(() -> Files.exists(started(machine)));
        var life = lifeOf(machine);
        Files.delete(folderOf(machine).path().resolve("process.json"));

        ensure(machine);

        assertThat(lifeOf(machine)).isEqualTo(life);
    }

    @Test
    void anotherProcessWithTheSamePidIsNotTakenForTheAgentAndNotHarmed() throws IOException {
        var machine = machine(0);
        ensure(machine);
        crash(machine);
        var bystander = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        folderOf(machine)
                .write(
                        new ProcessIdentity(
                                bystander.pid(), bystander.startTicks() - 1, bystander.boot()));

        assertThat(driver().observe(machine)).isEqualTo(Presence.DEAD);
        assertThat(driver().remove(machine)).isInstanceOf(MachineOutcome.Ok.class);
        assertThat(bystander.isAlive()).isTrue();
    }

    @Test
    void agentThatDoesNotEndIsKilled() throws IOException {
        Files.createDirectories(folder.resolve("machines"));
        Files.createFile(folder.resolve("machines/deaf"));
        var machine = machine(0);
        ensure(machine);
        await().atMost(LIMIT).until(() -> Files.exists(started(machine)));
        var process = process(machine);

        assertThat(driver().remove(machine)).isInstanceOf(MachineOutcome.Ok.class);

        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void stoppedAgentIsHungAndCanBeFencedBeforeItWakes() throws Exception {
        var machine = machine(0);
        var hung = new CopyOnWriteArrayList<MachineId>();
        driver().onDeath(hung::add);
        ensure(machine);
        var process = process(machine);
        signal("STOP", process);

        await().atMost(LIMIT).until(() -> hung.contains(machine.id()));
        assertThat(driver().observe(machine)).isEqualTo(Presence.HUNG);

        assertThat(driver().fence(machine)).isInstanceOf(MachineOutcome.Ok.class);
        assertThat(process.isAlive()).isFalse();
        assertThat(driver().observe(machine)).isEqualTo(Presence.DEAD);
    }

    /** The kernel keeps it from running, and from dying, without stopping it by a signal. */
    @Test
    void agentThatIsFrozenIsHungAndCanBeFencedBeforeItWakes() throws Exception {
        assumeThat(Freezer.missing()).isEmpty();
        var machine = answering(0);
        var refusing = answering(1);
        Files.writeString(admin(refusing), "127.0.0.1:" + closedPort());
        var hung = new CopyOnWriteArrayList<MachineId>();
        driver().onDeath(hung::add);
        var process = process(machine);
        try (var freezer = Freezer.freeze(process.pid());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(process.isStopped()).isFalse();

            await().atMost(LIMIT).until(() -> hung.contains(machine.id()));
            assertThat(driver().observe(machine)).isEqualTo(Presence.HUNG);
            assertThat(driver().observe(refusing)).isEqualTo(Presence.RUNNING);
            var fenced = threads.submit(() -> driver().fence(machine));
            await().atMost(LIMIT).until(freezer::isToldToDie);
            freezer.thaw();

            assertThat(fenced.get()).isInstanceOf(MachineOutcome.Ok.class);
            assertThat(process.isAlive()).isFalse();
            assertThat(driver().observe(machine)).isEqualTo(Presence.DEAD);
        }
    }

    private MachineSpec answering(int slot) throws IOException {
        Files.createDirectories(folder.resolve("machines"));
        Files.writeString(folder.resolve("machines/answering"), "");
        var machine = machine(slot);
        ensure(machine);
        await().atMost(LIMIT).until(() -> Files.exists(admin(machine)));
        return machine;
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Path admin(MachineSpec machine) {
        return folderOf(machine).path().resolve(Bootstrap.ADMIN_FILE);
    }

    @Test
    void agentThatGoesOnAgainIsHungNoLonger() throws Exception {
        var machine = machine(0);
        ensure(machine);
        signal("STOP", process(machine));
        await().atMost(LIMIT).until(() -> driver().observe(machine) == Presence.HUNG);

        signal("CONT", process(machine));

        await().atMost(LIMIT).until(() -> driver().observe(machine) == Presence.RUNNING);
    }

    @Test
    void missingProgramIsSaidAndNothingIsMade() {
        var broken =
                new LocalDriver(
                        new LocalSettings(
                                folder,
                                folder,
                                folder.resolve("no-java"),
                                List.of(),
                                "127.64.0.0/12",
                                "127.80.0.0/12",
                                Duration.ZERO,
                                Duration.ofMillis(50),
                                HUNG_AFTER,
                                SILENCE),
                        this::bootstrap);
        drivers.add(broken);
        var machine = machine(0);

        assertThat(broken.ensure(machine))
                .isEqualTo(
                        new MachineOutcome.Permanent(
                                "TYPE_INTERNAL",
                                "There is no "
                                        + folder.resolve("no-java")
                                        + " to run an agent with."));
        assertThat(broken.owned()).isEmpty();
    }

    private static void signal(String name, ProcessIdentity to) throws Exception {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(to.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private LocalSettings settings() {
        return new LocalSettings(
                folder,
                AgentHome.in(folder.resolve("agent")),
                null,
                List.of("-Dextra={machineId}"),
                "127.64.0.0/12",
                "127.80.0.0/12",
                Duration.ofMillis(500),
                Duration.ofMillis(50),
                HUNG_AFTER,
                SILENCE);
    }

    private MachineFolder folderOf(MachineSpec machine) {
        return MachineFolder.of(folder.resolve("machines"), machine.id());
    }

    private Path started(MachineSpec machine) {
        return folderOf(machine).path().resolve("started");
    }

    private ProcessIdentity process(MachineSpec machine) {
        return read(() -> folderOf(machine).process());
    }

    private static <T> T read(Read<T> read) {
        try {
            return read.now().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Read<T> {
        Optional<T> now() throws IOException;
    }
}
