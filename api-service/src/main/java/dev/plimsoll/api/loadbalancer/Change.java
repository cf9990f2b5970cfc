package dev.plimsoll.api.loadbalancer;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One difference between two specs.
 *
 * @param path where (RFC 6901): in the new spec, or in the old one if it is there no more
 * @param from null for what is new
 * @param to null for what is gone
 */
public record Change(String path, @Nullable JsonNode from, @Nullable JsonNode to) {

    public boolean isAddition() {
        return from == null;
    }

    public boolean isRemoval() {
        return to == null;
    }
}
