package dev.plimsoll.api.tenancy;

import java.util.stream.Stream;

/** What a token may be used for; names as in the table {@code api_token}. */
public enum Role {
    ADMIN("nlb.admin"),
    READER("nlb.reader"),
    OPERATOR("operator");

    private final String id;

    Role(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    static Role of(String id) {
        return Stream.of(values())
                .filter(role -> role.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No role " + id));
    }
}
