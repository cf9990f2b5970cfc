package dev.plimsoll.standalone;

import java.util.UUID;

/**
 * What a first user needs; {@code credentials.json} in the data folder. Tokens are known here and
 * nowhere else.
 */
record Credentials(
        String url,
        UUID projectId,
        String region,
        UUID networkId,
        String adminToken,
        String readerToken,
        String operatorToken) {

    Credentials withUrl(String newUrl) {
        return new Credentials(
                newUrl, projectId, region, networkId, adminToken, readerToken, operatorToken);
    }

    @Override
    public String toString() {
        return "Credentials[projectId=" + projectId + "]";
    }
}
