package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.app.machine.Json;
import dev.plimsoll.agent.app.machine.MachineFolder;
import dev.plimsoll.agent.protocol.PushAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * What the agent may push with, beside its private key and as well kept: its user's alone, gone
 * when nobody is to be pushed to any more. So an agent that starts again while there is no gateway
 * goes on pushing.
 */
public final class PushFile {
    private static final Logger log = LoggerFactory.getLogger(PushFile.class);
    private static final String FILE = "push.json";

    private final MachineFolder folder;
    private @Nullable PushAccess kept;

    public PushFile(MachineFolder folder) {
        this.folder = folder;
    }

    Optional<PushAccess> read() {
        try {
            if (!Files.exists(folder.file(FILE))) {
                return Optional.empty();
            }
            var text = Files.readString(folder.file(FILE));
            @Nullable PushAccess saved = Json.lenient().readValue(text, PushAccess.class);
            kept = saved;
            return Optional.ofNullable(saved);
        } catch (IOException | JacksonException | NullPointerException torn) {
            return Optional.empty(); // a gateway says it again
        }
    }

    void write(PushAccess access) {
        if (access.equals(kept)) {
            return;
        }
        try {
            var json = Json.lenient().writeValueAsString(access);
            folder.replace(FILE, json.getBytes(StandardCharsets.UTF_8));
            kept = access;
        } catch (IOException e) {
            log.atWarn().addKeyValue("cause", e.toString()).log("Access for pushes not kept");
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(folder.file(FILE));
            kept = null;
        } catch (IOException e) {
            log.atWarn().addKeyValue("cause", e.toString()).log("Access for pushes not deleted");
        }
    }
}
