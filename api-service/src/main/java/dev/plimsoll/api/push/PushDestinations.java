package dev.plimsoll.api.push;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses may be pushed to. Agents have the same rules, and apply them to the address that
 * they connect to; here they are for an early answer to whoever orders.
 */
final class PushDestinations {
    /** This host, its link, metadata services, and what is no single host. */
    private static final List<Range> NEVER =
            ranges(
                    List.of(
                            "0.0.0.0/8",
                            "127.0.0.0/8",
                            "169.254.0.0/16",
                            "192.0.0.0/24",
                            "100.100.100.200/32",
                            "168.63.129.16/32",
                            "224.0.0.0/4",
                            "240.0.0.0/4",
                            "::/128",
                            "::1/128",
                            "fe80::/10",
                            "fec0::/10",
                            "fd00:ec2::/32",
                            "ff00::/8"));

    /** Whose last four bytes are an IPv4 address, which then counts. */
    private static final List<Range> ENDING_IN_IPV4 =
            ranges(List.of("::/96", "::ffff:0:0:0/96", "64:ff9b::/96"));

    /** Whose IPv4 address stands after the first two bytes. */
    private static final Range SIX_TO_FOUR = Range.of("2002::/16");

    private final List<Range> refused;
    private final List<Range> allowed;

    private PushDestinations(List<Range> refused, List<Range> allowed) {
        this.refused = refused;
        this.allowed = allowed;
    }

    /**
     * @throws IllegalArgumentException for what is no CIDR block
     */
    static PushDestinations of(List<String> refused, List<String> allowed) {
        return new PushDestinations(ranges(refused), ranges(allowed));
    }

    boolean isRefused(InetAddress address) {
        return isRefused(address.getAddress());
    }

    private boolean isRefused(byte[] address) {
        if (isIn(allowed, address)) {
            return false;
        }
        if (isIn(NEVER, address) || isIn(refused, address)) {
            return true;
        }
        if (isIn(ENDING_IN_IPV4, address)) {
            return isRefused(Arrays.copyOfRange(address, 12, 16));
        }
        return SIX_TO_FOUR.contains(address) && isRefused(Arrays.copyOfRange(address, 2, 6));
    }

    private static boolean isIn(List<Range> ranges, byte[] address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private static List<Range> ranges(List<String> cidrs) {
        return cidrs.stream().map(Range::of).toList();
    }

    private record Range(byte[] first, int bits) {
        static Range of(String cidr) {
            int slash = cidr.indexOf('/');
            try {
                var first = InetAddress.ofLiteral(cidr.substring(0, slash)).getAddress();
                int bits = Integer.parseInt(cidr.substring(slash + 1));
                if (bits < 0 || bits > 8 * first.length) {
                    throw new IllegalArgumentException("Not a CIDR block: " + cidr);
                }
                return new Range(first, bits);
            } catch (StringIndexOutOfBoundsException | NumberFormatException e) {
                throw new IllegalArgumentException("Not a CIDR block: " + cidr, e);
            }
        }

        boolean contains(byte[] address) {
            if (address.length != first.length) {
                return false;
            }
            for (int i = 0; i < address.length && 8 * i < bits; i++) {
                int mask = 0xFF << Math.max(0, 8 - (bits - 8 * i));
                if (((first[i] ^ address[i]) & mask & 0xFF) != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
