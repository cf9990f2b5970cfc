package dev.plimsoll.agent.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel knows of an address on its links, right after it wanted to go there. */
enum Neighbour {
    KNOWN,
    /** Nobody has answered for it. */
    MISSING,
    /** Behind a router, or this very machine: nobody on a link is to answer for it. */
    ELSEWHERE;

    private static final Path TABLE = Path.of("/proc/net/arp");
    private static final int FLAGS = 2;
    private static final String INCOMPLETE = "0x0";

    static Neighbour of(String address) {
        try (var lines = Files.lines(TABLE)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length > FLAGS && words[0].equals(address))
                    .map(words -> words[FLAGS].equals(INCOMPLETE) ? MISSING : KNOWN)
                    .findFirst()
                    .orElse(ELSEWHERE);
        } catch (IOException _) {
            return ELSEWHERE;
        }
    }
}
