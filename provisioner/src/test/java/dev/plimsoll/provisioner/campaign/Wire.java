package dev.plimsoll.provisioner.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What lies between a provisioner and PostgreSQL. It can be held and cut; closed, it is dead. */
final class Wire implements AutoCloseable {
    private final int target;
    private final ServerSocket door;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean isHeld;
    private volatile boolean isClosed;

    Wire(int target) {
        this.target = target;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::letIn);
    }

    int port() {
        return door.getLocalPort();
    }

    /** Nothing passes until it is let go; nobody is told. */
    void hold() {
        set(true);
    }

    void letGo() {
        set(false);
    }

    /** Ends all connections, as a server that restarts does. New ones are let in. */
    void cut() {
        sockets.forEach(Wire::close);
    }

    @Override
    public void close() {
        isClosed = true;
        close(door);
        cut();
        letGo();
    }

    private void letIn() {
        while (!isClosed) {
            try {
                connect(door.accept());
            } catch (IOException _) {
                // closed, or a server that refuses: the caller finds its socket closed
            }
        }
    }

    private void connect(Socket near) throws IOException {
        sockets.add(near);
        try {
            var far = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(far);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Thread.ofVirtual().start(() -> pump(near, far));
            Thread.ofVirtual().start(() -> pump(far, near));
        } catch (IOException e) {
            end(near);
            throw e;
        }
        if (isClosed) {
            cut();
        }
    }

    private void pump(Socket from, Socket to) {
        var buffer = new byte[1 << 14];
        try {
            var in = from.getInputStream();
            var out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitLetGo();
                if (isClosed) {
                    break;
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException _) {
            // cut
        } finally {
            end(from);
            end(to);
        }
    }

    private void awaitLetGo() {
        lock.lock();
        try {
            while (isHeld) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void set(boolean held) {
        lock.lock();
        try {
            isHeld = held && !isClosed;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        close(socket);
    }

    private static void close(java.io.Closeable open) {
        try {
            open.close();
        } catch (IOException _) {
            // it is closed all the same
        }
    }
}
