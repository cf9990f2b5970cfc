package dev.plimsoll.provisioner.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that cannot be mistaken for a later one with the same pid.
 *
 * @param startTicks field 22 of {@code /proc/PID/stat}; without /proc the start time in
 *     milliseconds
 * @param boot the kernel's id of this boot, since ticks begin anew with each; empty without /proc
 */
public record ProcessIdentity(long pid, long startTicks, String boot) {
    private static final Path PROC = Path.of("/proc");
    private static final Path BOOT = PROC.resolve("sys/kernel/random/boot_id");
    private static final int STATE = 0;
    private static final int START_TICKS = 19;

    /** Empty when there is no such process, or only what its parent has not collected yet. */
    public static Optional<ProcessIdentity> of(long pid) {
        return Files.isReadable(BOOT) ? fromKernel(pid) : fromHandle(pid);
    }

    public boolean isAlive() {
        return of(pid).filter(this::equals).isPresent();
    }

    /** Stopped by a signal: it does nothing until it is told to go on. False without /proc. */
    public boolean isStopped() {
        return Kernel.of(pid)
                .filter(process -> process.isStopped() && process.startTicks() == startTicks)
                .isPresent();
    }

    /** The handle itself refuses to signal a process that has taken over the pid. */
    public Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid).filter(_ -> isAlive());
    }

    private static Optional<ProcessIdentity> fromKernel(long pid) {
        try {
            var boot = Files.readString(BOOT).strip();
            return Kernel.of(pid)
                    .filter(process -> !process.hasEnded())
                    .map(process -> new ProcessIdentity(pid, process.startTicks(), boot));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Optional<ProcessIdentity> fromHandle(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(started -> new ProcessIdentity(pid, started.toEpochMilli(), ""));
    }

    /**
     * What the kernel says of a process.
     *
     * @see <a
     *     href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
     */
    private record Kernel(String state, long startTicks) {
        static Optional<Kernel> of(long pid) {
            try {
                var stat = Files.readString(PROC.resolve(pid + "/stat"));
                var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                return Optional.of(new Kernel(fields[STATE], Long.parseLong(fields[START_TICKS])));
            } catch (IOException _) {
                return Optional.empty(); // it ended, which is an answer
            }
        }

        boolean hasEnded() {
            return state.equals("Z") || state.equals("X");
        }

        boolean isStopped() {
            return state.equals("T");
        }
    }
}
