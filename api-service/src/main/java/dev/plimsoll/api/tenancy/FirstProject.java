package dev.plimsoll.api.tenancy;

import java.util.UUID;

/** A new project and its tokens, which can be seen here only: afterwards, only hashes are left. */
public record FirstProject(
        UUID projectId, String adminToken, String readerToken, String operatorToken) {

    @Override
    public String toString() {
        return "FirstProject[projectId=" + projectId + "]";
    }
}
