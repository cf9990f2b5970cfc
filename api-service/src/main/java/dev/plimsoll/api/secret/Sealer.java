package dev.plimsoll.api.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.springframework.stereotype.Component;

/**
 * Seals secrets for the database with AES-256-GCM and opens them again.
 *
 * <pre>
 *   1 byte: 1 | 4 bytes: the key's id | 12 bytes: nonce | the secret, encrypted | 16 bytes: tag
 * </pre>
 *
 * The tag covers what stands before the nonce and the {@link Binding}. A key is replaced by
 * configuring a new one and keeping the old one beside it until nothing is sealed with it any more.
 */
@Component
public final class Sealer {
    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 1 + SealingKey.ID_BYTES;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SealingKey newest;
    private final Map<String, SealingKey> keys = new LinkedHashMap<>();

    Sealer(SecretSettings settings) {
        newest = SealingKey.in(settings.keyFile());
        keys.put(newest.id(), newest);
        for (var file : settings.olderKeyFiles()) {
            var older = SealingKey.in(file);
            keys.put(older.id(), older);
        }
    }

    public byte[] seal(byte[] secret, Binding binding) {
        var header = new byte[HEADER_BYTES];
        ByteBuffer.wrap(header).put(FORMAT).put(HexFormat.of().parseHex(newest.id()));
        var nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            var sealed =
                    cipher(Cipher.ENCRYPT_MODE, newest, nonce, header, binding).doFinal(secret);
            return ByteBuffer.allocate(HEADER_BYTES + NONCE_BYTES + sealed.length)
                    .put(header)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot seal with the key " + newest.id(), e);
        }
    }

    public byte[] seal(String secret, Binding binding) {
        return seal(secret.getBytes(StandardCharsets.UTF_8), binding);
    }

    /**
     * The secret.
     *
     * @throws IllegalStateException when it was sealed with a key that is not configured, belongs
     *     to another row, or was altered
     */
    public byte[] open(byte[] sealed, Binding binding) {
        if (sealed.length < HEADER_BYTES + NONCE_BYTES || sealed[0] != FORMAT) {
            throw new IllegalStateException("Not a sealed secret: " + binding);
        }
        var bytes = ByteBuffer.wrap(sealed);
        var header = new byte[HEADER_BYTES];
        var nonce = new byte[NONCE_BYTES];
        bytes.get(header).get(nonce);
        var key = keyOf(header, binding);
        try {
            return cipher(Cipher.DECRYPT_MODE, key, nonce, header, binding)
                    .doFinal(sealed, bytes.position(), bytes.remaining());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "The secret of " + binding + " was altered, or belongs elsewhere", e);
        }
    }

    public String openText(byte[] sealed, Binding binding) {
        return new String(open(sealed, binding), StandardCharsets.UTF_8);
    }

    private SealingKey keyOf(byte[] header, Binding binding) {
        var id = HexFormat.of().formatHex(header, 1, HEADER_BYTES);
        var key = keys.get(id);
        if (key == null) {
            throw new IllegalStateException(
                    "The secret of %s was sealed with the key %s, which is none of %s; add its file"
                                    .formatted(binding, id, keys.keySet())
                            + " to plimsoll.api.secrets.older-key-files");
        }
        return key;
    }

    private static Cipher cipher(
            int mode, SealingKey key, byte[] nonce, byte[] header, Binding binding)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.key(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(header);
        cipher.updateAAD(binding.bytes());
        return cipher;
    }
}
