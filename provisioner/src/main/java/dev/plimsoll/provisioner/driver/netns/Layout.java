package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.machine.AddressRange;
import dev.plimsoll.provisioner.machine.Network;
import java.util.Optional;
import java.util.UUID;

/**
 * How a tenant's network is divided, so that nobody gets an address twice: the first half is the
 * tenant's, the third quarter is for VIPs, the last for machines.
 */
record Layout(UUID network, Ipv4Block block) {
    /** Of a smaller one a quarter has no address to spare. */
    static final int LONGEST_PREFIX = 27;

    static Layout of(Network network, Ipv4Block otherwise) {
        return new Layout(network.id(), firstBlock(network).orElse(otherwise));
    }

    private static Optional<Ipv4Block> firstBlock(Network network) {
        return network.cidrs().stream()
                .flatMap(cidr -> Ipv4Block.parse(cidr).stream())
                .filter(block -> block.prefix() <= LONGEST_PREFIX)
                .findFirst();
    }

    AddressRange vips() {
        return new AddressRange(block.part(2, 2).toString());
    }

    Ipv4Block machines() {
        return block.part(3, 2);
    }

    /** Nobody has it: where a machine without a peer sends its adverts. */
    Ipv4 nobody() {
        return block.last().plus(-1);
    }
}
