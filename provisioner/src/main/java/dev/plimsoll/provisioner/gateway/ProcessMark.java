package dev.plimsoll.provisioner.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Names a process so that another one of the same machine can say whether it still runs.
 *
 * @param place what pids mean something in: this boot of the kernel and a pid namespace; empty
 *     where that cannot be known
 * @param startTicks field 22 of {@code /proc/PID/stat}, since pids are used again
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
record ProcessMark(String place, long pid, long startTicks) {
    private static final Path PROC = Path.of("/proc");
    private static final int STATE = 0;
    private static final int START_TICKS = 19;
    private static final long NOT_RUNNING = -1;

    static ProcessMark own() {
        var pid = ProcessHandle.current().pid();
        return new ProcessMark(placeHere(), pid, ticks(pid));
    }

    String text() {
        return place + "/" + pid + "/" + startTicks;
    }

    boolean isOfLivingNeighbour(String mark) {
        var other = parse(mark);
        return isNeighbour(other) && ticks(other.pid) == other.startTicks;
    }

    boolean isOfEndedNeighbour(String mark) {
        var other = parse(mark);
        return isNeighbour(other) && ticks(other.pid) != other.startTicks;
    }

    private boolean isNeighbour(ProcessMark other) {
        return !place.isEmpty() && place.equals(other.place);
    }

    private static ProcessMark parse(String mark) {
        var parts = mark.split("/", -1);
        return parts.length == 3
                ? new ProcessMark(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]))
                : new ProcessMark("", 0, NOT_RUNNING);
    }

    private static String placeHere() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip()
                    + "+"
                    + Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
        } catch (IOException noProc) {
            return "";
        }
    }

    private static long ticks(long pid) {
        try {
            var stat = Files.readString(PROC.resolve(pid + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[STATE].equals("Z") || fields[STATE].equals("X")
                    ? NOT_RUNNING
                    : Long.parseLong(fields[START_TICKS]);
        } catch (IOException ended) {
            return NOT_RUNNING;
        }
    }
}
