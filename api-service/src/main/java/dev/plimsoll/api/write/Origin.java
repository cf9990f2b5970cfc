package dev.plimsoll.api.write;

import org.jspecify.annotations.Nullable;

/** Where a write came from, for the history. */
public record Origin(String author, @Nullable String client, String requestId) {
    private static final int MAX_CLIENT = 200;

    public Origin {
        if (client != null && client.length() > MAX_CLIENT) {
            client = client.substring(0, MAX_CLIENT);
        }
    }
}
