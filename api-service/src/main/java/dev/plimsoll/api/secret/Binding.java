package dev.plimsoll.api.secret;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What a secret belongs to. It opens only there: bytes that were copied to another row are refused.
 *
 * @param kind the table, and the column where that has several
 * @param row the row's id
 */
public record Binding(String kind, UUID row) {

    byte[] bytes() {
        return (kind + ":" + row).getBytes(StandardCharsets.UTF_8);
    }
}
