package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.provisioner.driver.process.MachineFolder;
import dev.plimsoll.provisioner.driver.process.WholeFile;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A machine's files. What the agent may touch is in {@code agent/}; the rest is root's alone. */
record NetnsMachine(MachineId id, MachineFolder folder, int agentUid) {
    private static final String READY = "ready";
    private static final String KEEPALIVED = "keepalived.conf";
    private static final String VIPS = "vips";
    private static final String FILTER = "filter.nft";
    private static final String NETWORK = "network";
    private static final String GUARDS = "guards";

    static NetnsMachine of(Path machines, MachineId id, int agentUid) {
        return new NetnsMachine(id, MachineFolder.of(machines, id), agentUid);
    }

    void create() throws IOException {
        folder.create();
        agent().create();
        own(agent().path());
    }

    MachineFolder agent() {
        return new MachineFolder(folder.path().resolve("agent"));
    }

    void write(Bootstrap bootstrap) throws IOException {
        agent().write(bootstrap);
        own(agent().path().resolve(Bootstrap.FILE));
    }

    Optional<ProcessIdentity> running() throws IOException {
        return folder.process().filter(ProcessIdentity::isAlive);
    }

    Optional<Namespace> namespace() throws IOException {
        return running().map(init -> Namespace.of(init.pid()));
    }

    void writeCommand(List<String> line) throws IOException {
        write("agent.command", String.join("\n", line) + "\n");
    }

    boolean isReady() {
        return Files.exists(folder.path().resolve(READY));
    }

    void markReady() throws IOException {
        write(READY, "");
    }

    /** The network whose link it has. */
    String network() throws IOException {
        return read(NETWORK);
    }

    void markNetwork(String network) throws IOException {
        write(NETWORK, network);
    }

    /** Also one that was plugged before there were guards, under a link address of its own. */
    boolean isGuardedBy(List<PortGuard> guards) throws IOException {
        var present = read(GUARDS);
        return present.isEmpty() || present.equals(guards.toString());
    }

    void markGuards(List<PortGuard> guards) throws IOException {
        write(GUARDS, guards.toString());
    }

    String filter() throws IOException {
        return read(FILTER);
    }

    void markFilter(String ruleset) throws IOException {
        write(FILTER, ruleset);
    }

    /** Whether that was news to it. */
    boolean write(KeepalivedFile file) throws IOException {
        if (read(KEEPALIVED).equals(file.text())) {
            return false;
        }
        write(VIPS, file.vipsText());
        write(KEEPALIVED, file.text());
        return true;
    }

    private void own(Path file) throws IOException {
        Files.setAttribute(file, "unix:uid", agentUid);
        Files.setAttribute(file, "unix:gid", agentUid);
    }

    private String read(String name) throws IOException {
        try {
            return Files.readString(folder.path().resolve(name));
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    private void write(String name, String text) throws IOException {
        WholeFile.write(folder.path().resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }
}
