package dev.plimsoll.api.network;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Pattern;

/** A range of IPv4 addresses, without host bits. */
record Cidr(int network, int prefix) {
    private static final Pattern PATTERN =
            Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){3})/([0-9]|[12][0-9]|3[0-2])");

    static Optional<Cidr> parse(String text) {
        var parts = PATTERN.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            var cidr = new Cidr(bits(parts.group(1)), Integer.parseInt(parts.group(2)));
            return cidr.network == (cidr.network & cidr.mask())
                    ? Optional.of(cidr)
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    boolean contains(Cidr other) {
        return other.prefix >= prefix && (other.network & mask()) == network;
    }

    private int mask() {
        return prefix == 0 ? 0 : -1 << (Integer.SIZE - prefix);
    }

    private static int bits(String ip) {
        return ByteBuffer.wrap(Inet4Address.ofLiteral(ip).getAddress()).getInt();
    }
}
