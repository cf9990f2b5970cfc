package dev.plimsoll.provisioner.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Session ids whose first half names the gateway instance, so that an instance that starts again
 * can tell the streams of its earlier life from those of others.
 */
record SessionIds(long instance) {

    static SessionIds of(String instance) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(instance.getBytes(StandardCharsets.UTF_8));
            return new SessionIds(ByteBuffer.wrap(digest).getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    UUID next() {
        return new UUID(instance, UUID.randomUUID().getLeastSignificantBits());
    }

    UUID first() {
        return new UUID(instance, 0);
    }

    UUID last() {
        return new UUID(instance, -1);
    }
}
