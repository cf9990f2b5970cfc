package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.app.machine.Json;
import dev.plimsoll.agent.app.machine.MachineFolder;
import dev.plimsoll.agent.protocol.GatewayAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Where gateways are: those that lived when one last said so, then those of the bootstrap, which
 * the driver may have written before or after. On disk, since an agent may start again while the
 * gateways of its bootstrap are long gone.
 */
final class KnownGateways {
    private static final Logger log = LoggerFactory.getLogger(KnownGateways.class);
    private static final String FILE = "gateways.json";
    private static final int MOST = 32;

    private final MachineFolder folder;

    private record Saved(List<GatewayAddress> gateways) {
        static final Saved NONE = new Saved(List.of());
    }

    KnownGateways(MachineFolder folder) {
        this.folder = folder;
    }

    /** Never empty, as bootstraps are not. */
    List<GatewayAddress> with(List<GatewayAddress> ofBootstrap) {
        var all = new LinkedHashSet<>(read().gateways);
        all.addAll(ofBootstrap);
        return List.copyOf(all);
    }

    /** What cannot be written down is said again in the next stream. */
    void remember(List<GatewayAddress> living) {
        var some = living.subList(0, Math.min(living.size(), MOST));
        if (some.isEmpty() || some.equals(read().gateways)) {
            return;
        }
        try {
            var json = Json.lenient().writeValueAsString(new Saved(new ArrayList<>(some)));
            folder.replace(FILE, json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.atWarn().addKeyValue("cause", e.toString()).log("Gateways not written down");
        }
    }

    private Saved read() {
        try {
            if (Files.exists(folder.file(FILE))) {
                var text = Files.readString(folder.file(FILE));
                var saved = Json.lenient().readValue(text, Saved.class);
                return saved == null || (Object) saved.gateways == null ? Saved.NONE : saved;
            }
            return Saved.NONE;
        } catch (IOException | JacksonException torn) {
            return Saved.NONE;
        }
    }
}
