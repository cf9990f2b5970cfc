package dev.plimsoll.agent.protocol;

import java.util.List;
import java.util.Optional;

/**
 * What an agent needs to push, besides the targets in its document: kept by the agent in a file of
 * its user's alone, so that it goes on pushing over its own end without a gateway.
 *
 * @param credentials of those that the newest order names, the ones that could be opened
 * @param loadBalancer its name; with project and region a label of everything that is pushed
 * @param everyMillis how often metrics are pushed
 * @param refused CIDR blocks that nobody pushes to, besides those that are never meant: loopback,
 *     link-local, metadata services, multicast and the like
 * @param allowed CIDR blocks that the operator allows all the same
 */
public record PushAccess(
        List<Credentials> credentials,
        String loadBalancer,
        String project,
        String region,
        long everyMillis,
        List<String> refused,
        List<String> allowed) {

    public PushAccess {
        credentials = List.copyOf(credentials);
        refused = List.copyOf(refused);
        allowed = List.copyOf(allowed);
    }

    public Optional<Credentials> credentials(String ref) {
        return credentials.stream().filter(it -> it.ref().equals(ref)).findFirst();
    }

    /** For HTTP's basic authentication. */
    public record Credentials(String ref, String username, String password) {
        @Override
        public String toString() {
            return "Credentials[ref=" + ref + "]";
        }
    }
}
