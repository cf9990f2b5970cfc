package dev.plimsoll.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps a process from running by a control group of its own: no signal says so, and the kernel's
 * state of the process does not either. A process in the older kind of group does not even die
 * before it is let go.
 */
public final class Freezer implements AutoCloseable {
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");
    private static final Path OLDER = GROUPS.resolve("freezer");
    private static final int SIGKILL = 9;
    private static final int HEXADECIMAL = 16;

    private final long pid;
    private final Path group;

    private Freezer(long pid, Path group) {
        this.pid = pid;
        this.group = group;
    }

    /** What a machine lacks for it. */
    public static Optional<String> missing() {
        return Files.isWritable(parent().resolve("cgroup.procs"))
                ? Optional.empty()
                : Optional.of("no control groups may be made here");
    }

    public static Freezer freeze(long pid) throws IOException {
        var group = parent().resolve("plimsoll-test-" + pid);
        Files.createDirectory(group);
        var freezer = new Freezer(pid, group);
        freezer.move(group);
        freezer.set(true);
        return freezer;
    }

    /** Whether a signal waits for it that it will not survive, or it is dead already. */
    public boolean isToldToDie() throws IOException {
        var status = Path.of("/proc/" + pid + "/status");
        if (!Files.exists(status)) {
            return true;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("ShdPnd:") || line.startsWith("SigPnd:"))
                .map(line -> new BigInteger(line.split("\\s+")[1], HEXADECIMAL))
                .anyMatch(pending -> pending.testBit(SIGKILL - 1));
    }

    public void thaw() throws IOException {
        set(false);
    }

    @Override
    public void close() throws IOException {
        thaw();
        if (Files.exists(Path.of("/proc/" + pid))) {
            move(parent());
        }
        Files.delete(group);
    }

    private void move(Path to) throws IOException {
        Files.writeString(to.resolve("cgroup.procs"), Long.toString(pid));
    }

    private void set(boolean frozen) throws IOException {
        if (isOlder()) {
            Files.writeString(group.resolve("freezer.state"), frozen ? "FROZEN" : "THAWED");
        } else {
            Files.writeString(group.resolve("cgroup.freeze"), frozen ? "1" : "0");
        }
    }

    private static Path parent() {
        return isOlder() ? OLDER : GROUPS;
    }

    private static boolean isOlder() {
        return Files.isDirectory(OLDER);
    }
}
