package dev.plimsoll.testing;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The kernel calls that Java has no words for. */
final class Kernel {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout INT = ValueLayout.JAVA_INT;
    private static final MemoryLayout LONG = ValueLayout.JAVA_LONG;
    private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

    private static final int CLONE_NEWNET = 0x40000000;
    private static final int READ_ONLY = 0;
    private static final MethodHandle UNSHARE = handle("unshare", INT, INT);
    private static final MethodHandle SETNS = handle("setns", INT, INT, INT);
    private static final MethodHandle OPEN = handle("open", INT, POINTER, INT);
    private static final MethodHandle CLOSE = handle("close", INT, INT);
    private static final MethodHandle SOCKET = handle("socket", INT, INT, INT, INT);
    private static final MethodHandle BIND = handle("bind", INT, INT, POINTER, INT);
    private static final MethodHandle SETSOCKOPT =
            handle("setsockopt", INT, INT, INT, INT, POINTER, INT);
    private static final MethodHandle SEND = handle("send", LONG, INT, POINTER, LONG, INT);
    private static final MethodHandle RECV = handle("recv", LONG, INT, POINTER, LONG, INT);

    private Kernel() {}

    static void newNetworkNamespace() throws IOException {
        done("unshare", () -> (int) UNSHARE.invokeExact(CLONE_NEWNET));
    }

    static void enterNetworkNamespace(int descriptor) throws IOException {
        done("setns", () -> (int) SETNS.invokeExact(descriptor, CLONE_NEWNET));
    }

    static int open(Path file) throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toString());
            return (int) done("open " + file, () -> (int) OPEN.invokeExact(name, READ_ONLY));
        }
    }

    static void close(int descriptor) throws IOException {
        done("close", () -> (int) CLOSE.invokeExact(descriptor));
    }

    static int socket(int family, int type, int protocol) throws IOException {
        return (int) done("socket", () -> (int) SOCKET.invokeExact(family, type, protocol));
    }

    static void bind(int socket, MemorySegment address) throws IOException {
        int length = (int) address.byteSize();
        done("bind", () -> (int) BIND.invokeExact(socket, address, length));
    }

    static void setOption(int socket, int level, int option, MemorySegment value)
            throws IOException {
        int length = (int) value.byteSize();
        done(
                "setsockopt",
                () -> (int) SETSOCKOPT.invokeExact(socket, level, option, value, length));
    }

    static void send(int socket, MemorySegment bytes) throws IOException {
        long length = bytes.byteSize();
        done("send", () -> (long) SEND.invokeExact(socket, bytes, length, 0));
    }

    /** How many bytes came; negative where none came in time. */
    static long receive(int socket, MemorySegment room) {
        long length = room.byteSize();
        return call(() -> (long) RECV.invokeExact(socket, room, length, 0));
    }

    private static MethodHandle handle(
            String function, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(result, arguments));
    }

    private static long done(String what, NativeCall call) throws IOException {
        long result = call(call);
        if (result < 0) {
            throw new IOException(what + " failed");
        }
        return result;
    }

    private static long call(NativeCall call) {
        try {
            return call.make();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private interface NativeCall {
        long make() throws Throwable;
    }
}
