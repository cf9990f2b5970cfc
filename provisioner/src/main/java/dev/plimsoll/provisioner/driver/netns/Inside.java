package dev.plimsoll.provisioner.driver.netns;

import java.nio.file.Path;

/** Where things are as a machine sees them; {@code machine-supervisor} says the same. */
final class Inside {
    static final Path AGENT = Path.of("/run/plimsoll/agent");
    static final Path PROGRAM = Path.of("/run/plimsoll/program");
    static final Path JAVA = Path.of("/run/plimsoll/java/bin/java");
    static final Path ROLE_FIFO = AGENT.resolve("role.fifo");
    static final Path TRACK_FILE = AGENT.resolve("vip.track");

    /** On the machine's own loopback, so that it is the same everywhere. */
    static final int ADMIN_PORT = 9990;

    private Inside() {}
}
