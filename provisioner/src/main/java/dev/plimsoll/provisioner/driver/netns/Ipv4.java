package dev.plimsoll.provisioner.driver.netns;

import java.util.Optional;
import java.util.regex.Pattern;

/** An IPv4 address. Its text is digits and dots, whatever it was made from. */
record Ipv4(int bits) implements Comparable<Ipv4> {
    private static final Pattern OCTETS =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final int LARGEST_OCTET = 255;

    static Ipv4 of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("not an IPv4 address: " + text));
    }

    static Optional<Ipv4> parse(String text) {
        var octets = OCTETS.matcher(text);
        if (!octets.matches()) {
            return Optional.empty();
        }
        int bits = 0;
        for (int i = 1; i <= octets.groupCount(); i++) {
            var octet = Integer.parseInt(octets.group(i));
            if (octet > LARGEST_OCTET) {
                return Optional.empty();
            }
            bits = bits << Byte.SIZE | octet;
        }
        return Optional.of(new Ipv4(bits));
    }

    Ipv4 plus(int steps) {
        return new Ipv4(bits + steps);
    }

    @Override
    public int compareTo(Ipv4 other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return "%d.%d.%d.%d"
                .formatted(bits >>> 24, bits >>> 16 & 0xff, bits >>> 8 & 0xff, bits & 0xff);
    }
}
