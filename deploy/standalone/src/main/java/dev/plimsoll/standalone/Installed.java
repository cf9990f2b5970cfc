package dev.plimsoll.standalone;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where this program lies: the folder of its jar. */
final class Installed {
    private Installed() {}

    static Path folder() throws IOException {
        try {
            var jar = Main.class.getProtectionDomain().getCodeSource().getLocation().toURI();
            return Path.of(jar).resolveSibling("").toAbsolutePath();
        } catch (URISyntaxException e) {
            throw new IOException("Cannot tell where this program lies", e);
        }
    }
}
