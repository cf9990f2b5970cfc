package dev.plimsoll.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A network namespace that lives as long as it is open, or somebody is in it. */
public final class NetworkNamespace implements AutoCloseable {
    private static final Path SYSTEM = Path.of("/proc/sys/net");

    private final int descriptor;

    private NetworkNamespace(int descriptor) {
        this.descriptor = descriptor;
    }

    public static NetworkNamespace fresh() throws IOException {
        try (var _ = OwnNamespace.fresh()) {
            return new NetworkNamespace(Kernel.open(OwnNamespace.OF_THIS_THREAD));
        }
    }

    /** What a machine lacks for namespaces that are connected and filtered. */
    public static Optional<String> missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("network namespaces need the rights of root");
        }
        return List.of("ip", "nft", "tc").stream()
                .filter(program -> !Program.exists(program))
                .findFirst()
                .map(program -> "the program " + program + " is not installed");
    }

    /** For other programs, too, as long as this one lives. */
    public Path file() {
        return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor);
    }

    public OwnNamespace enter() throws IOException {
        return OwnNamespace.at(file());
    }

    /** Commands of ip(8), one a line. */
    public void ip(String commands) throws IOException {
        run(commands, "ip", "-batch", "-");
    }

    /** A ruleset in the language of nft(8). */
    public void nft(String ruleset) throws IOException {
        run(ruleset, "nft", "-f", "-");
    }

    /** What the program printed. */
    public String run(String input, String... line) throws IOException {
        try (var _ = enter()) {
            return Program.run(input, line);
        }
    }

    /**
     * @param name for example {@code ipv4/ip_local_port_range}
     */
    public void set(String name, String value) throws IOException {
        try (var _ = enter()) {
            Files.writeString(SYSTEM.resolve(name), value);
        }
    }

    @Override
    public void close() throws IOException {
        Kernel.close(descriptor);
    }
}
