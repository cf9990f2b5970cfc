package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.machine.Arrangement.Transport;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What its members let in. Whatever no group of theirs admits is dropped.
 *
 * @param name for people
 * @param loadBalancer whose machines are members; null for a group of somebody else
 * @param addresses of members that are no interfaces: a load balancer's machines
 */
public record SecurityGroup(
        UUID id, String name, @Nullable UUID loadBalancer, Set<Rule> rules, Set<String> addresses) {
    public SecurityGroup {
        rules = Set.copyOf(rules);
        addresses = Set.copyOf(addresses);
        addresses.forEach(Ipv4::of);
    }

    SecurityGroup with(Rule rule) {
        var more = new LinkedHashSet<>(rules);
        more.add(rule);
        return new SecurityGroup(id, name, loadBalancer, more, addresses);
    }

    /**
     * @param remoteBlock who may come in; null with a remote group
     * @param remoteGroup whose members may come in; null with a block
     */
    public record Rule(
            Transport transport,
            int firstPort,
            int lastPort,
            @Nullable String remoteBlock,
            @Nullable UUID remoteGroup) {
        private static final int LAST_PORT = 65_535;

        public Rule {
            if (firstPort < 1 || lastPort < firstPort || lastPort > LAST_PORT) {
                throw new IllegalArgumentException(
                        "not a range of ports: %d to %d".formatted(firstPort, lastPort));
            }
            if ((remoteBlock == null) == (remoteGroup == null)) {
                throw new IllegalArgumentException(
                        "a rule names either a block of addresses or a group");
            }
            if (remoteBlock != null) {
                var _ = Ipv4Block.of(remoteBlock);
            }
        }

        public static Rule from(UUID group, Transport transport, int port) {
            return new Rule(transport, port, port, null, group);
        }

        public static Rule from(String block, Transport transport, int port) {
            return new Rule(transport, port, port, block, null);
        }
    }
}
