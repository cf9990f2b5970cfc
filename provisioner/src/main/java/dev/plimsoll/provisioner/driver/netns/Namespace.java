package dev.plimsoll.provisioner.driver.netns;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A network namespace.
 *
 * @param file that stands for it, such as {@code /proc/PID/ns/net} or {@code /run/netns/NAME}
 */
record Namespace(Path file) {

    static Namespace of(long pid) {
        return new Namespace(Path.of("/proc", Long.toString(pid), "ns", "net"));
    }

    /** Commands of ip(8), one a line. */
    void ip(String commands) throws IOException {
        run(commands, "ip", "-batch", "-");
    }

    /** A ruleset in the language of nft(8), taken as a whole or not at all. */
    void nft(String ruleset) throws IOException {
        run(ruleset, "nft", "-f", "-");
    }

    String run(String input, String... program) throws IOException {
        return Command.run(Command.line(List.of("nsenter", "--net=" + file), program), input);
    }
}
