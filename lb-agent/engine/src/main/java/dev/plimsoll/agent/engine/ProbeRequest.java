package dev.plimsoll.agent.engine;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The bytes of a probe's GET. */
final class ProbeRequest {
    private static final String HEX = "0123456789ABCDEF";

    private ProbeRequest() {}

    static byte[] get(String path, InetSocketAddress target) {
        var request =
                """
                GET %s HTTP/1.1
                Host: %s
                User-Agent: plimsoll-health-check
                Accept: */*
                Connection: close

                """
                        .formatted(encoded(path), host(target));
        return request.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Nothing that a path holds can end the line that it stands in. */
    private static String encoded(String path) {
        var encoded = new StringBuilder(path.length());
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.charAt(b >> 4 & 0xf)).append(HEX.charAt(b & 0xf));
            }
        }
        return encoded.toString();
    }

    private static String host(InetSocketAddress target) {
        var ip = target.getAddress().getHostAddress();
        return (target.getAddress() instanceof Inet6Address ? "[" + ip + "]" : ip)
                + ":"
                + target.getPort();
    }
}
