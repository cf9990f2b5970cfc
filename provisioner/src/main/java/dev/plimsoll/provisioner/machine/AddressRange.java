package dev.plimsoll.provisioner.machine;

import java.util.stream.LongStream;
import java.util.stream.Stream;

/** An IPv4 block to allocate from. Addresses that end in .0 or .255 are never given out. */
public record AddressRange(String cidr) {
    private static final int OCTETS = 4;
    private static final int OCTET_MASK = 0xff;

    public AddressRange {
        var parts = cidr.split("/", -1);
        if (parts.length != 2
                || !parts[0].matches("(\\d{1,3}\\.){3}\\d{1,3}")
                || !parts[1].matches("\\d{1,2}")
                || Integer.parseInt(parts[1]) > 32) {
            throw new IllegalArgumentException("not an IPv4 block: " + cidr);
        }
        toLong(parts[0]);
    }

    /** Number of addresses in the block, those that are never given out included. */
    public long size() {
        return 1L << (32 - prefix());
    }

    /** Every address to give out, once, beginning somewhere that depends on the seed. */
    public Stream<String> from(long seed) {
        var size = size();
        var start = Math.floorMod(seed, size);
        return LongStream.range(0, size)
                .map(i -> first() + (start + i) % size)
                .filter(address -> (address & OCTET_MASK) != 0)
                .filter(address -> (address & OCTET_MASK) != OCTET_MASK)
                .mapToObj(AddressRange::toText);
    }

    private int prefix() {
        return Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
    }

    private long first() {
        return toLong(cidr.substring(0, cidr.indexOf('/'))) & -size();
    }

    private static long toLong(String address) {
        long value = 0;
        for (var octet : address.split("\\.", -1)) {
            var number = Integer.parseInt(octet);
            if (number > OCTET_MASK) {
                throw new IllegalArgumentException("not an IPv4 address: " + address);
            }
            value = value << Byte.SIZE | number;
        }
        return value;
    }

    private static String toText(long address) {
        var text = new StringBuilder();
        for (int i = OCTETS - 1; i >= 0; i--) {
            text.append(address >> (i * Byte.SIZE) & OCTET_MASK).append(i > 0 ? "." : "");
        }
        return text.toString();
    }
}
