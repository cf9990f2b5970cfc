package dev.plimsoll.agent.engine;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The header of the PROXY protocol, which tells a target whom it speaks with: version 2, the binary
 * one, unless somebody has to read it.
 */
final class ProxyHeader {
    static final int MAX_BYTES = 16 + 36;

    private static final byte[] SIGNATURE =
            "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP_OVER_IPV4 = 0x11;
    private static final int TCP_OVER_IPV6 = 0x21;

    private ProxyHeader() {}

    /**
     * @param client where the connection comes from
     * @param vip what the client connected to
     */
    static void write(ByteBuf out, InetSocketAddress client, InetSocketAddress vip) {
        var from = client.getAddress().getAddress();
        var to = vip.getAddress().getAddress();
        boolean isIpv4 = from.length == 4 && to.length == 4;
        out.writeBytes(SIGNATURE).writeByte(PROXY);
        out.writeByte(isIpv4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6).writeShort(isIpv4 ? 12 : 36);
        writeAddress(out, from, isIpv4);
        writeAddress(out, to, isIpv4);
        out.writeShort(client.getPort()).writeShort(vip.getPort());
    }

    private static void writeAddress(ByteBuf out, byte[] address, boolean isIpv4) {
        if (address.length == 4 && !isIpv4) {
            out.writeLong(0).writeInt(0x0000_ffff); // the other one is of IPv6: this one is mapped
        }
        out.writeBytes(address);
    }

    /** For a connection of the agent's own, such as a probe: there is no client. */
    static void writeLocal(ByteBuf out) {
        out.writeBytes(SIGNATURE).writeByte(LOCAL).writeByte(UNSPECIFIED).writeShort(0);
    }

    /** Version 1, the readable one. */
    static void writeText(ByteBuf out, InetSocketAddress client, InetSocketAddress vip) {
        boolean isIpv4 =
                client.getAddress().getAddress().length == 4
                        && vip.getAddress().getAddress().length == 4;
        var line =
                String.join(
                        " ",
                        "PROXY",
                        isIpv4 ? "TCP4" : "TCP6",
                        literal(client.getAddress(), isIpv4),
                        literal(vip.getAddress(), isIpv4),
                        Integer.toString(client.getPort()),
                        Integer.toString(vip.getPort()));
        out.writeCharSequence(line + "\r\n", StandardCharsets.US_ASCII);
    }

    private static String literal(InetAddress address, boolean isIpv4) {
        boolean isMapped = address.getAddress().length == 4 && !isIpv4;
        return (isMapped ? "::ffff:" : "") + address.getHostAddress();
    }
}
