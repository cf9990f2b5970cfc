package dev.plimsoll.agent.app.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The last configuration that was in force and the one before, with their hashes, so that an agent
 * serves from its first moment whatever has become of the control plane.
 */
public final class ConfigStore {
    private static final Logger log = LoggerFactory.getLogger(ConfigStore.class);
    private static final String PRESENT = "config.json";
    private static final String PREVIOUS = "config.previous.json";

    private final MachineFolder folder;

    private record Saved(String sha256, String document) {}

    public ConfigStore(MachineFolder folder) {
        this.folder = folder;
    }

    /** Sound documents, the newest first. */
    public List<ConfigDocument> load() {
        var sound = new ArrayList<ConfigDocument>();
        for (var name : List.of(PRESENT, PREVIOUS)) {
            if (Files.exists(folder.file(name))) {
                try {
                    sound.add(read(name));
                } catch (IOException | JacksonException | ConfigDocument.Malformed e) {
                    log.atWarn()
                            .addKeyValue("file", name)
                            .addKeyValue("cause", e.getMessage())
                            .log("Saved configuration cannot be used");
                }
            }
        }
        return sound;
    }

    private ConfigDocument read(String name) throws IOException, ConfigDocument.Malformed {
        var saved = Json.lenient().readValue(Files.readString(folder.file(name)), Saved.class);
        if (saved == null || (Object) saved.sha256 == null || (Object) saved.document == null) {
            throw new IOException("Truncated");
        }
        return ConfigDocument.of(saved.document, saved.sha256);
    }

    /** What was saved before becomes the previous one. */
    public void save(ConfigDocument document) throws IOException {
        var json = Json.lenient().writeValueAsString(new Saved(document.sha256(), document.text()));
        if (Files.exists(folder.file(PRESENT))) {
            folder.rename(PRESENT, PREVIOUS);
        }
        folder.replace(PRESENT, json.getBytes(StandardCharsets.UTF_8));
    }
}
