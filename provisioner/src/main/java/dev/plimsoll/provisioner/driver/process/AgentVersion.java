package dev.plimsoll.provisioner.driver.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/** The version of the agent's program, read anew when the program was replaced. */
public final class AgentVersion {
    private static final Attributes.Name VERSION = Attributes.Name.IMPLEMENTATION_VERSION;

    private final AgentProgram program;
    private volatile @Nullable Version known;

    private record Version(FileTime written, Optional<String> text) {}

    public AgentVersion(AgentProgram program) {
        this.program = program;
    }

    /** As the agent itself will say; empty where that is not known. */
    public Optional<String> read() {
        var present = known;
        try {
            var written = Files.getLastModifiedTime(program.jar());
            if (present == null || !present.written().equals(written)) {
                present = new Version(written, inManifest());
                known = present;
            }
            return present.text();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private Optional<String> inManifest() throws IOException {
        try (var jar = new JarFile(program.jar().toFile())) {
            return Optional.ofNullable(jar.getManifest())
                    .map(manifest -> manifest.getMainAttributes().getValue(VERSION));
        }
    }
}
