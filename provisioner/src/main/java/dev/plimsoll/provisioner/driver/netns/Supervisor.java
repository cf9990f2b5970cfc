package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts a machine's init, {@code machine-supervisor}, in namespaces of its own. */
final class Supervisor {
    private static final String SCRIPT = "machine-supervisor";
    private static final String SHELL = "/bin/bash";
    private static final File NOWHERE = new File("/dev/null");
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final NetnsSettings settings;
    private final Path script;

    Supervisor(NetnsSettings settings) {
        this.settings = settings;
        this.script = TenantNetworks.folder(settings).resolve(SCRIPT);
    }

    /** The init of a new life, which waits until the machine is marked ready. */
    ProcessIdentity start(NetnsMachine machine) throws IOException {
        install();
        var outer =
                new ProcessBuilder(line(machine))
                        .directory(machine.folder().path().toFile())
                        .redirectInput(NOWHERE)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        machine.folder().path().resolve("machine.log").toFile()))
                        .start();
        var deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline && outer.isAlive()) {
            var init = initOf(outer);
            if (init.isPresent()) {
                return init.get();
            }
            pause(outer);
        }
        outer.destroyForcibly();
        throw new IOException("The machine ended at once, see machine.log in its folder");
    }

    /** One that was started and not written down. */
    Optional<ProcessIdentity> unrecorded(NetnsMachine machine) {
        return ProcessHandle.allProcesses()
                .filter(process -> isInit(process, machine.folder().path()))
                .flatMap(process -> ProcessIdentity.of(process.pid()).stream())
                .findFirst();
    }

    static void reload(ProcessIdentity init) throws IOException {
        Command.run("kill", "-HUP", Long.toString(init.pid()));
    }

    private List<String> line(NetnsMachine machine) {
        var java = settings.program().java();
        return List.of(
                "setsid",
                "unshare",
                "--net",
                "--pid",
                "--mount",
                "--mount-proc",
                "--fork",
                "--kill-child=KILL",
                SHELL,
                script.toString(),
                machine.folder().path().toString(),
                settings.agentHome().toString(),
                homeOf(java).toString(),
                Integer.toString(settings.agentUid()),
                Integer.toString(Inside.ADMIN_PORT),
                Long.toString(settings.advert().toMillis()),
                Long.toString(Math.max(1, settings.stopGrace().toSeconds() - 1)));
    }

    /** The folder above {@code bin}, wherever links lead. */
    private static Path homeOf(Path java) {
        try {
            var real = java.toRealPath();
            var bin = real.getParent();
            var home = bin == null ? null : bin.getParent();
            return home == null ? real : home;
        } catch (IOException missing) {
            return java;
        }
    }

    private void install() throws IOException {
        Files.createDirectories(script.getParent());
        var beside = Files.createTempFile(script.getParent(), SCRIPT, ".new");
        try (var text = Supervisor.class.getResourceAsStream(SCRIPT)) {
            Files.copy(Objects.requireNonNull(text), beside, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rwx------"));
        Files.move(beside, script, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Its only child; what that one forks is a shell for a moment as well. */
    private Optional<ProcessIdentity> initOf(Process outer) {
        return outer.children()
                .filter(process -> runs(process, SHELL))
                .flatMap(process -> ProcessIdentity.of(process.pid()).stream())
                .findFirst();
    }

    private boolean isInit(ProcessHandle process, Path folder) {
        var arguments = Stream.of(process.info().arguments().orElse(new String[0])).toList();
        return runs(process, SHELL)
                && arguments.size() > 1
                && arguments.get(0).equals(script.toString())
                && arguments.get(1).equals(folder.toString())
                && process.parent().filter(parent -> runs(parent, "/unshare")).isPresent();
    }

    private static boolean runs(ProcessHandle process, String program) {
        return process.info()
                .command()
                .filter(command -> command.endsWith(program.substring(program.lastIndexOf('/'))))
                .isPresent();
    }

    private static void pause(Process outer) throws IOException {
        try {
            outer.waitFor(5, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while a machine was started", e);
        }
    }
}
