package dev.plimsoll.api.write;

import java.util.Map;

/**
 * An answer that is given again; it holds no secrets.
 *
 * @param body JSON
 */
public record StoredAnswer(int status, Map<String, String> headers, String body) {
    public StoredAnswer {
        headers = Map.copyOf(headers);
    }
}
