package dev.plimsoll.provisioner.driver.netns;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An IPv4 network. Bits beyond the prefix are cleared. */
record Ipv4Block(Ipv4 first, int prefix) {
    static final int WIDTH = 32;

    Ipv4Block {
        if (prefix < 0 || prefix > WIDTH) {
            throw new IllegalArgumentException("not a prefix length: " + prefix);
        }
        first = new Ipv4(first.bits() & mask(prefix));
    }

    static Ipv4Block of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("not an IPv4 block: " + text));
    }

    /** An address alone is a block of one. */
    static Optional<Ipv4Block> parse(String text) {
        var slash = text.indexOf('/');
        var address = Ipv4.parse(slash < 0 ? text : text.substring(0, slash));
        var prefix = slash < 0 ? String.valueOf(WIDTH) : text.substring(slash + 1);
        if (address.isEmpty() || !prefix.matches("\\d{1,2}") || Integer.parseInt(prefix) > WIDTH) {
            return Optional.empty();
        }
        return Optional.of(new Ipv4Block(address.get(), Integer.parseInt(prefix)));
    }

    /** The fewest blocks with all addresses from one to another, and no others. */
    static List<Ipv4Block> between(Ipv4 first, Ipv4 last) {
        var blocks = new ArrayList<Ipv4Block>();
        long next = Integer.toUnsignedLong(first.bits());
        long end = Integer.toUnsignedLong(last.bits());
        while (next <= end) {
            int aligned = Math.min(WIDTH, Long.numberOfTrailingZeros(next));
            int fitting = 63 - Long.numberOfLeadingZeros(end - next + 1);
            int size = Math.min(aligned, fitting);
            blocks.add(new Ipv4Block(new Ipv4((int) next), WIDTH - size));
            next += 1L << size;
        }
        return blocks;
    }

    /** Without those that lie within others, which a set of nft(8) does not take. */
    static List<Ipv4Block> merged(List<Ipv4Block> blocks) {
        return blocks.stream()
                .distinct()
                .filter(block ->
                        blocks.stream()
                                .noneMatch(other ->
                                        other.prefix < block.prefix && other.contains(block.first)))
                .toList();
    }

    boolean contains(Ipv4 address) {
        return (address.bits() & mask(prefix)) == first.bits();
    }

    Ipv4 last() {
        return new Ipv4(first.bits() | ~mask(prefix));
    }

    /** One of {@code 1 << bits} equal parts. */
    Ipv4Block part(int number, int bits) {
        var longer = prefix + bits;
        return new Ipv4Block(new Ipv4(first.bits() | number << WIDTH - longer), longer);
    }

    @Override
    public String toString() {
        return first + "/" + prefix;
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << WIDTH - prefix;
    }
}
