package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.app.machine.Json;
import dev.plimsoll.agent.app.machine.MachineFolder;
import dev.plimsoll.agent.protocol.Authorities;
import dev.plimsoll.agent.protocol.Bootstrap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Which authorities the agent takes for its gateways': those that a gateway named last, on disk,
 * for as long as the bootstrap names the same as it did then. A driver that writes others into the
 * bootstrap knows better: the agent was away.
 */
final class Trust {
    private static final String FILE = "authorities.json";
    private static final int MOST = 16;

    private final MachineFolder folder;

    /**
     * @param beside what the bootstrap said then
     */
    private record Saved(String beside, Authorities authorities) {}

    Trust(MachineFolder folder) {
        this.folder = folder;
    }

    /** Never empty. */
    List<X509Certificate> authorities(Bootstrap bootstrap) throws GeneralSecurityException {
        var told = told(bootstrap);
        return Pem.certificates(
                told == null ? bootstrap.caCertificatePem() : told.certificatesPem());
    }

    /**
     * Takes over what a gateway says, unless something later is known.
     *
     * @throws GeneralSecurityException when it names nobody, too many, or one that issues and is
     *     not among them
     */
    void learn(Authorities next, Bootstrap bootstrap) throws IOException, GeneralSecurityException {
        var present = told(bootstrap);
        if (present != null && next.change() <= present.change()) {
            return;
        }
        var named = Pem.certificates(next.certificatesPem());
        if (named.isEmpty() || named.size() > MOST || !hashes(named).contains(next.issuing())) {
            throw new GeneralSecurityException("The gateway names no usable authorities");
        }
        var saved = new Saved(bootstrap.caCertificatePem(), next);
        folder.replace(
                FILE, Json.lenient().writeValueAsString(saved).getBytes(StandardCharsets.UTF_8));
    }

    /** The hash of the one that issues now; null where no gateway has said so. */
    @Nullable String issuing(Bootstrap bootstrap) {
        var told = told(bootstrap);
        return told == null ? null : told.issuing();
    }

    private @Nullable Authorities told(Bootstrap bootstrap) {
        var saved = read();
        return saved != null && bootstrap.caCertificatePem().equals(saved.beside)
                ? saved.authorities
                : null;
    }

    private @Nullable Saved read() {
        try {
            return Files.exists(folder.file(FILE))
                    ? Json.lenient().readValue(Files.readString(folder.file(FILE)), Saved.class)
                    : null;
        } catch (IOException | JacksonException torn) {
            return null;
        }
    }

    static List<String> hashes(List<X509Certificate> authorities) throws GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256");
        var hashes = new ArrayList<String>(authorities.size());
        for (var authority : authorities) {
            hashes.add(HexFormat.of().formatHex(digest.digest(authority.getEncoded())));
        }
        return hashes;
    }
}
