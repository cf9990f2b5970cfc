package dev.plimsoll.api.tenancy;

import java.util.stream.Stream;

/** What somebody may do; names as clients and the database have them. */
public enum Role {
    ADMIN("nlb.admin"),
    READER("nlb.reader"),
    OPERATOR("operator");

    private final String id;

    Role(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    public static Role of(String id) {
        return Stream.of(values())
                .filter(role -> role.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No role " + id));
    }
}
