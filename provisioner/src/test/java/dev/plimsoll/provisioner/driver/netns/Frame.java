package dev.plimsoll.provisioner.driver.netns;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Frames to everybody, made by hand, that carry a text. */
final class Frame {
    private static final byte[] EVERYBODY = bytes("ff:ff:ff:ff:ff:ff");
    private static final int IP = 0x0800;
    private static final int ARP = 0x0806;
    private static final int REPLY = 2;
    private static final int LINK_HEADER = 14;
    private static final int IP_HEADER = 20;
    private static final int HEADER = 42; // of the longest, ARP's
    private static final int LENGTH = 128;
    private static final String MARK = "plimsoll says: ";

    private Frame() {}

    static byte[] of(String mac, int protocol) {
        return head(mac, protocol).array();
    }

    /** Of a protocol that no kernel answers; well-formed, since some bridges look at that first. */
    static byte[] ip(String mac, String address) {
        var frame =
                head(mac, IP)
                        .putShort((short) 0x4500)
                        .putShort((short) (LENGTH - LINK_HEADER))
                        .putInt(0)
                        .putShort((short) (64 << 8 | 253))
                        .putShort((short) 0)
                        .putInt(Ipv4.of(address).bits())
                        .putInt(-1);
        return frame.putShort(LINK_HEADER + 10, checksum(frame)).array();
    }

    private static short checksum(ByteBuffer frame) {
        int sum = 0;
        for (int i = 0; i < IP_HEADER; i += 2) {
            sum += Short.toUnsignedInt(frame.getShort(LINK_HEADER + i));
        }
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }

    /** Gratuitous: whoever hears it is to send what is for the address to that link address. */
    static byte[] arp(String mac, String claimant, String address) {
        return head(mac, ARP)
                .putShort((short) 1)
                .putShort((short) IP)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) REPLY)
                .put(bytes(claimant))
                .putInt(Ipv4.of(address).bits())
                .put(EVERYBODY)
                .putInt(Ipv4.of(address).bits())
                .array();
    }

    static byte[] saying(String text, byte[] frame) {
        var said = frame.clone();
        ByteBuffer.wrap(said)
                .position(HEADER)
                .put((MARK + text + "\n").getBytes(StandardCharsets.US_ASCII));
        return said;
    }

    static Optional<String> said(byte[] frame) {
        var text = new String(frame, StandardCharsets.ISO_8859_1);
        int mark = text.indexOf(MARK);
        return mark < 0
                ? Optional.empty()
                : Optional.of(text.substring(mark + MARK.length(), text.indexOf('\n', mark)));
    }

    private static ByteBuffer head(String mac, int protocol) {
        return ByteBuffer.allocate(LENGTH)
                .put(EVERYBODY)
                .put(bytes(mac))
                .putShort((short) protocol);
    }

    private static byte[] bytes(String mac) {
        return HexFormat.ofDelimiter(":").parseHex(mac);
    }
}
