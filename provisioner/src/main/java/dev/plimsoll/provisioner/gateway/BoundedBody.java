package dev.plimsoll.provisioner.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A small request's body. What is too long is thrown away as it comes. */
final class BoundedBody {
    private static final int MAX_BYTES = 16 << 10;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean isTooLong;

    void add(byte[] part) {
        isTooLong |= bytes.size() + part.length > MAX_BYTES;
        if (!isTooLong) {
            bytes.writeBytes(part);
        }
    }

    Optional<String> text() {
        return isTooLong ? Optional.empty() : Optional.of(bytes.toString(StandardCharsets.UTF_8));
    }
}
