package dev.plimsoll.provisioner.driver.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A folder with the stand-in where the agent's program would be. */
public final class AgentHome {
    private AgentHome() {}

    /** Made once: a program is not to change under those who run it. */
    public static Path in(Path folder) {
        if (Files.exists(folder.resolve("agent.jar"))) {
            return folder;
        }
        var name = StandInAgent.class.getName();
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, name);
        var file = name.replace('.', '/') + ".class";
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    folder.resolve("agent.jvmargs"), "-XX:TieredStopAtLevel=1\n-Xmx32m\n");
            try (var jar =
                            new JarOutputStream(
                                    Files.newOutputStream(folder.resolve("agent.jar")), manifest);
                    var type = StandInAgent.class.getClassLoader().getResourceAsStream(file)) {
                jar.putNextEntry(new JarEntry(file));
                type.transferTo(jar);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
