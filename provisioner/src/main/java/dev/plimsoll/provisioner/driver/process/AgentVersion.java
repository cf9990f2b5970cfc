package dev.plimsoll.provisioner.driver.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/** The version of the installed agent, as it will say itself; read anew when it was replaced. */
public final class AgentVersion {
    private final Path program;
    private volatile @Nullable Known known;

    public AgentVersion(Path agentHome) {
        this.program = agentHome.resolve("agent.jar");
    }

    /** Empty where there is no agent, or none with a version. */
    public Optional<String> text() {
        var present = known;
        try {
            var written = Files.getLastModifiedTime(program);
            if (present == null || !present.written().equals(written)) {
                present = new Known(written, read());
                known = present;
            }
            return present.text();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private Optional<String> read() throws IOException {
        try (var jar = new JarFile(program.toFile())) {
            return Optional.ofNullable(jar.getManifest())
                    .map(manifest ->
                            manifest.getMainAttributes()
                                    .getValue(Attributes.Name.IMPLEMENTATION_VERSION));
        }
    }

    private record Known(FileTime written, Optional<String> text) {}
}
