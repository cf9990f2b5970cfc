package dev.plimsoll.api.write;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The name that a client gave to a request, so that it can repeat it. Each caller of a project has
 * names of its own.
 *
 * @param requestSha256 what the name stands for; the same for the same request only
 */
public record IdempotencyKey(UUID projectId, String sha256, String requestSha256) {
    public static final String HEADER = "Idempotency-Key";

    private static final Pattern QUOTED = Pattern.compile("\"([^\"\\\\]*)\"");
    private static final Pattern ALLOWED = Pattern.compile("[\\x21\\x23-\\x7e]{1,255}");

    /**
     * @param sent a string in quotes, as the header's definition says, or without them
     * @param request everything that makes one request different from another
     */
    public static IdempotencyKey of(UUID projectId, String author, String sent, String request) {
        var quoted = QUOTED.matcher(sent.strip());
        var name = quoted.matches() ? quoted.group(1) : sent.strip();
        if (!ALLOWED.matcher(name).matches()) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "#header/" + HEADER,
                            FieldError.Code.MALFORMED,
                            "must be 1 to 255 visible ASCII characters, such as a UUID",
                            sent,
                            null));
        }
        return new IdempotencyKey(projectId, sha256(author, name), sha256(name, request));
    }

    /** Where a lock of this key lies; two keys that share it only wait for each other. */
    long lock() {
        return Long.parseUnsignedLong(sha256, 0, 16, 16);
    }

    private static String sha256(String first, String second) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(first.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return HexFormat.of().formatHex(digest.digest(second.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
