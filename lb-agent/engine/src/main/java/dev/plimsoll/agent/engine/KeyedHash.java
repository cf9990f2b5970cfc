package dev.plimsoll.agent.engine;

/** FNV-1a over 64 bits with a keyed start, mixed at the end; see {@code MAGLEV.md}. */
final class KeyedHash {
    private static final long OFFSET_BASIS = 0xcbf2_9ce4_8422_2325L;
    private static final long PRIME = 0x0000_0100_0000_01b3L;

    private KeyedHash() {}

    static long key(byte[] seed) {
        return absorb(OFFSET_BASIS, seed);
    }

    static long of(long key, char purpose, byte[] bytes) {
        return mix(absorb(absorb(key, purpose), bytes));
    }

    /** For a table in memory, where nobody else has to find the same. */
    static long of(long key, byte[] bytes, int number) {
        return mix(absorb(absorb(absorb(key, bytes), number >>> 8), number & 0xff));
    }

    private static long absorb(long hash, byte[] bytes) {
        for (byte b : bytes) {
            hash = absorb(hash, b & 0xff);
        }
        return hash;
    }

    private static long absorb(long hash, int octet) {
        return (hash ^ octet) * PRIME;
    }

    /** FNV's low bits follow the last bytes too closely. */
    private static long mix(long hash) {
        hash = (hash ^ (hash >>> 33)) * 0xff51_afd7_ed55_8ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ce_b9fe_1a85_ec53L;
        return hash ^ (hash >>> 33);
    }
}
