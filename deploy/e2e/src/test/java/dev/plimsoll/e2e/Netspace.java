package dev.plimsoll.e2e;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Moves the calling thread, and the threads and processes that it starts, into another network
 * namespace until it is closed.
 */
final class Netspace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int READ_ONLY = 0;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SETNS =
            ints("setns", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle OPEN =
            ints("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle CLOSE = ints("close", ValueLayout.JAVA_INT);

    private final int before;

    private Netspace(int before) {
        this.before = before;
    }

    static Netspace at(Path file) throws IOException {
        var own = new Netspace(open(Path.of("/proc/thread-self/ns/net")));
        int there = open(file);
        call("setns", () -> (int) SETNS.invokeExact(there, CLONE_NEWNET));
        close(there);
        return own;
    }

    @Override
    public void close() throws IOException {
        call("setns", () -> (int) SETNS.invokeExact(before, CLONE_NEWNET));
        close(before);
    }

    private static int open(Path file) throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toString());
            return call("open " + file, () -> (int) OPEN.invokeExact(name, READ_ONLY));
        }
    }

    private static void close(int descriptor) throws IOException {
        call("close", () -> (int) CLOSE.invokeExact(descriptor));
    }

    private static MethodHandle ints(String function, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    private static int call(String what, NativeCall call) throws IOException {
        try {
            int result = call.make();
            if (result < 0) {
                throw new IOException(what + " failed");
            }
            return result;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private interface NativeCall {
        int make() throws Throwable;
    }
}
