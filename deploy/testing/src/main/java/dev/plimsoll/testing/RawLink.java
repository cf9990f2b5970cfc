package dev.plimsoll.testing;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.NetworkInterface;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;

/** Frames on a link as they are, whatever they claim. For one thread. */
public final class RawLink implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int ALL_PROTOCOLS = 0x0003;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int ADDRESS_BYTES = 20;
    private static final int LONGEST = 2048;
    private static final ValueLayout.OfShort NETWORK_ORDER =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private final int socket;

    private RawLink(int socket) {
        this.socket = socket;
    }

    /**
     * @param name of a link in the calling thread's namespace
     * @param patience for the next frame
     */
    public static RawLink open(String name, Duration patience) throws IOException {
        var found = NetworkInterface.getByName(name);
        if (found == null) {
            throw new IOException("There is no link " + name);
        }
        var link = new RawLink(Kernel.socket(AF_PACKET, SOCK_RAW, swapped(ALL_PROTOCOLS)));
        try (var arena = Arena.ofConfined()) {
            var address = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
            address.set(NETWORK_ORDER, 2, (short) ALL_PROTOCOLS);
            address.set(ValueLayout.JAVA_INT, 4, found.getIndex());
            Kernel.bind(link.socket, address);
            var time = arena.allocate(2 * Long.BYTES, Long.BYTES);
            time.set(ValueLayout.JAVA_LONG, 0, patience.toSeconds());
            time.set(ValueLayout.JAVA_LONG, Long.BYTES, patience.toNanosPart() / 1_000);
            Kernel.setOption(link.socket, SOL_SOCKET, SO_RCVTIMEO, time);
        }
        return link;
    }

    public void send(byte[] frame) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(frame.length);
            MemorySegment.copy(frame, 0, bytes, ValueLayout.JAVA_BYTE, 0, frame.length);
            Kernel.send(socket, bytes);
        }
    }

    /** The next frame in either direction; empty when none comes in time. */
    public Optional<byte[]> receive() {
        try (var arena = Arena.ofConfined()) {
            var room = arena.allocate(LONGEST);
            long length = Kernel.receive(socket, room);
            return length < 0
                    ? Optional.empty()
                    : Optional.of(room.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Override
    public void close() throws IOException {
        Kernel.close(socket);
    }

    private static int swapped(int twoBytes) {
        return Short.toUnsignedInt(Short.reverseBytes((short) twoBytes));
    }
}
