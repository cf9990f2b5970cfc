package dev.plimsoll.agent.app.machine;

import dev.plimsoll.agent.protocol.AgentConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/** A configuration as it came: its text, the text's hash, and what it says. */
public record ConfigDocument(String text, String sha256, AgentConfig config) {

    /** The text is not a configuration document. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;
        private final String pointer;
        private final String detail;

        Malformed(String pointer, String detail) {
            super(detail);
            this.pointer = pointer;
            this.detail = detail;
        }

        /** Where in the document, as a JSON pointer; empty for the whole. */
        public String pointer() {
            return pointer;
        }

        public String detail() {
            return detail;
        }
    }

    public static ConfigDocument of(String text, String sha256) throws Malformed {
        if (!sha256(text).equals(sha256)) {
            throw new Malformed("", "The document does not have the hash that came with it.");
        }
        try {
            return new ConfigDocument(
                    text, sha256, Json.strict().readValue(text, AgentConfig.class));
        } catch (DatabindException e) {
            throw new Malformed(pointer(e), e.getOriginalMessage());
        } catch (JacksonException e) {
            throw new Malformed("", "Not JSON: " + e.getOriginalMessage());
        }
    }

    private static String pointer(DatabindException e) {
        var pointer = new StringBuilder();
        for (var step : e.getPath()) {
            pointer.append('/');
            var name = step.getPropertyName();
            pointer.append(name == null ? Integer.toString(step.getIndex()) : name);
        }
        return pointer.toString();
    }

    public static String sha256(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
