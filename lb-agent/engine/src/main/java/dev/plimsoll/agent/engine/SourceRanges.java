package dev.plimsoll.agent.engine;

import java.net.InetAddress;
import java.util.List;

/**
 * CIDR blocks that may connect; none means everyone. Matching allocates nothing but the address's
 * bytes.
 */
final class SourceRanges {
    /** Of {@code ::ffff:192.0.2.5}, which Java reads as the IPv4 address in it. */
    private static final int MAPPED_BITS = 96;

    static final SourceRanges NONE = of(List.of());

    private final byte[][] networks;
    private final int[] prefixBits;

    private SourceRanges(byte[][] networks, int[] prefixBits) {
        this.networks = networks;
        this.prefixBits = prefixBits;
    }

    /**
     * @throws IllegalArgumentException if a block is not {@code address/prefix}
     */
    static SourceRanges of(List<String> blocks) {
        var networks = new byte[blocks.size()][];
        var bits = new int[blocks.size()];
        for (int i = 0; i < networks.length; i++) {
            var block = blocks.get(i);
            int slash = block.indexOf('/');
            var literal = slash < 0 ? block : block.substring(0, slash);
            networks[i] = InetAddress.ofLiteral(literal).getAddress();
            int width = networks[i].length * 8;
            bits[i] = slash < 0 ? width : Integer.parseInt(block.substring(slash + 1));
            if (slash >= 0 && width == 32 && literal.indexOf(':') >= 0) {
                bits[i] = Math.max(0, bits[i] - MAPPED_BITS);
            }
            if (bits[i] < 0 || bits[i] > width) {
                throw new IllegalArgumentException("No such prefix length: " + block);
            }
        }
        return new SourceRanges(networks, bits);
    }

    boolean admits(InetAddress client) {
        if (networks.length == 0) {
            return true;
        }
        var address = client.getAddress();
        for (int i = 0; i < networks.length; i++) {
            if (matches(address, networks[i], prefixBits[i])) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(byte[] address, byte[] network, int bits) {
        if (address.length != network.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (address[i] != network[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((address[whole] ^ network[whole]) & 0xff) >>> (8 - rest) == 0;
    }
}
