package dev.plimsoll.agent.engine;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** What a target makes of a PROXY header with nothing after it. Blocks for two seconds at most. */
enum HeaderTrial {
    TAKEN,
    /** The target ends the connection, and would not have done so without the header. */
    ENDED,
    /** It answers that this is no request, or sends the header back. */
    MISREAD,
    UNCLEAR;

    private static final int CONNECT_MILLIS = 500;
    private static final int LISTEN_MILLIS = 500;
    private static final int MOST_BYTES = 64;

    private enum Heard {
        NOTHING,
        THE_END,
        COMPLAINT,
        SOMETHING
    }

    static HeaderTrial of(InetSocketAddress target) {
        return switch (heard(target, true)) {
            case NOTHING -> TAKEN;
            case COMPLAINT -> MISREAD;
            case SOMETHING -> UNCLEAR;
            case THE_END -> heard(target, false) == Heard.NOTHING ? ENDED : UNCLEAR;
        };
    }

    private static Heard heard(InetSocketAddress target, boolean withHeader) {
        try (var socket = new Socket()) {
            socket.connect(target, CONNECT_MILLIS);
            socket.setSoTimeout(LISTEN_MILLIS);
            if (withHeader) {
                socket.getOutputStream().write(header());
            }
            var answer = socket.getInputStream().readNBytes(1);
            return answer.length == 0 ? Heard.THE_END : kindOf(answer[0], socket);
        } catch (SocketTimeoutException _) {
            return Heard.NOTHING;
        } catch (IOException _) {
            return Heard.THE_END;
        }
    }

    private static Heard kindOf(byte first, Socket socket) throws IOException {
        var rest = new byte[MOST_BYTES];
        int length = Math.max(0, socket.getInputStream().read(rest));
        var text = (char) first + new String(rest, 0, length, StandardCharsets.ISO_8859_1);
        boolean isEcho = first == header()[0];
        return isEcho || text.startsWith("HTTP/1.") && text.contains(" 4")
                ? Heard.COMPLAINT
                : Heard.SOMETHING;
    }

    private static byte[] header() {
        var buffer = Unpooled.buffer(ProxyHeader.MAX_BYTES);
        ProxyHeader.writeLocal(buffer);
        var bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }
}
