package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Names a process so that another one of the same machine can say whether it still runs.
 *
 * @param place what pids mean something in: a pid namespace of this boot; empty where that cannot
 *     be known
 */
record ProcessMark(String place, ProcessIdentity process) {
    private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

    static ProcessMark own() {
        var self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        return new ProcessMark(placeOf(self), self);
    }

    String text() {
        return place + "/" + process.pid() + "/" + process.startTicks();
    }

    boolean isOfLivingNeighbour(String mark) {
        return isOfNeighbour(mark) && isRunning(mark);
    }

    boolean isOfEndedNeighbour(String mark) {
        return isOfNeighbour(mark) && !isRunning(mark);
    }

    private boolean isOfNeighbour(String mark) {
        return !place.isEmpty() && mark.startsWith(place + "/");
    }

    private boolean isRunning(String mark) {
        var parts = mark.split("/", -1);
        return parts.length == 3
                && new ProcessIdentity(
                                Long.parseLong(parts[1]), Long.parseLong(parts[2]), process.boot())
                        .isAlive();
    }

    private static String placeOf(ProcessIdentity self) {
        try {
            return self.boot() + "+" + Files.readSymbolicLink(NAMESPACE);
        } catch (IOException noProc) {
            return "";
        }
    }
}
