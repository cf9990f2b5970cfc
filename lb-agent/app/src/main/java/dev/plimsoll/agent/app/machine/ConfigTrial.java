package dev.plimsoll.agent.app.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Counts the lives of this process that began with a configuration and did not last. One that has
 * cost {@link #MOST_LIVES} of them is set aside: it is not taken again by this version of the
 * agent, neither from disk nor from the gateway. What cannot be written down is not counted.
 */
public final class ConfigTrial {
    public static final int MOST_LIVES = 3;

    private static final Logger log = LoggerFactory.getLogger(ConfigTrial.class);
    private static final String TRIAL = "config.trial.json";
    private static final String ASIDE = "config.aside.json";

    private final MachineFolder folder;
    private final String agentVersion;
    private @Nullable String begun;

    private record Note(@Nullable String sha256, int lives, @Nullable String agentVersion) {
        static final Note NONE = new Note(null, 0, null);
    }

    public ConfigTrial(MachineFolder folder, String agentVersion) {
        this.folder = folder;
        this.agentVersion = agentVersion;
    }

    /**
     * To be asked before a configuration is applied.
     *
     * @return false if it is set aside
     */
    public synchronized boolean mayBegin(String sha256) {
        if (sha256.equals(begun)) {
            return true;
        }
        if (read(ASIDE, sha256).lives > 0) {
            return false;
        }
        int lives = read(TRIAL, sha256).lives;
        if (lives >= MOST_LIVES) {
            log.atError()
                    .addKeyValue("sha256", sha256)
                    .addKeyValue("lives", lives)
                    .log("Configuration set aside");
            write(ASIDE, new Note(sha256, lives, agentVersion));
            return false;
        }
        write(TRIAL, new Note(sha256, lives + 1, agentVersion));
        begun = sha256;
        return true;
    }

    /** The configuration that was begun last has lasted, or the process ends as it should. */
    public synchronized void passed() {
        try {
            Files.deleteIfExists(folder.file(TRIAL));
        } catch (IOException e) {
            log.atWarn().addKeyValue("cause", e.getMessage()).log("A trial cannot be ended");
        }
    }

    /** What was noted of this configuration and this version of the agent. */
    private Note read(String name, String sha256) {
        try {
            if (Files.exists(folder.file(name))) {
                var text = Files.readString(folder.file(name));
                @Nullable Note note = Json.lenient().readValue(text, Note.class);
                if (note != null
                        && sha256.equals(note.sha256)
                        && agentVersion.equals(note.agentVersion)) {
                    return note;
                }
            }
            return Note.NONE;
        } catch (IOException | JacksonException torn) {
            return Note.NONE;
        }
    }

    private void write(String name, Note note) {
        try {
            var json = Json.lenient().writeValueAsString(note);
            folder.note(name, json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.atWarn().addKeyValue("cause", e.getMessage()).log("A trial cannot be noted");
        }
    }
}
