package dev.plimsoll.agent.engine;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;

/** Reads a PROXY header of version 2 as a target does, by the letter of the specification. */
record ProxyProtocol(InetSocketAddress client, InetSocketAddress vip) {

    /** Null for LOCAL. */
    static ProxyProtocol read(InputStream stream) throws IOException {
        var in = new DataInputStream(stream);
        var signature = HexFormat.of().formatHex(in.readNBytes(12));
        if (!signature.equals("0d0a0d0a000d0a515549540a")) {
            throw new IOException("No PROXY header: " + signature);
        }
        int versionAndCommand = in.readUnsignedByte();
        int family = in.readUnsignedByte();
        int length = in.readUnsignedShort();
        if (versionAndCommand == 0x20 && family == 0 && length == 0) {
            return null;
        }
        int width = family == 0x11 ? 4 : 16;
        if (versionAndCommand != 0x21
                || (family != 0x11 && family != 0x21)
                || length != 2 * width + 4) {
            throw new IOException("Wrong: " + versionAndCommand + ", " + family + ", " + length);
        }
        var client = InetAddress.getByAddress(in.readNBytes(width));
        var vip = InetAddress.getByAddress(in.readNBytes(width));
        return new ProxyProtocol(
                new InetSocketAddress(client, in.readUnsignedShort()),
                new InetSocketAddress(vip, in.readUnsignedShort()));
    }
}
