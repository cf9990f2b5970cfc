package dev.plimsoll.provisioner.machine;

import java.util.List;
import java.util.UUID;

/**
 * A tenant's network.
 *
 * @param cidrs as the operator told; none for a network that nobody told of
 */
public record Network(UUID id, List<String> cidrs) {
    public Network {
        cidrs = List.copyOf(cidrs);
    }
}
