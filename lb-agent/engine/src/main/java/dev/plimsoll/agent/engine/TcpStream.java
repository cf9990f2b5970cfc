package dev.plimsoll.agent.engine;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * A client's or a target's TCP socket: a descriptor, what epoll has said of it, and the bytes that
 * it has not taken yet. It is watched for everything once, edge-triggered (epoll(7)), so that
 * pausing and resuming cost no system call. Lives on one event loop; nothing else touches it.
 */
final class TcpStream extends Socket implements EpollIoHandle, Runnable {
    private static final int EPOLLPRI = 0x002;
    private static final EpollIoOps EVERYTHING =
            EpollIoOps.valueOf(
                    EPOLLPRI
                            | EpollIoOps.EPOLLIN.value()
                            | EpollIoOps.EPOLLOUT.value()
                            | EpollIoOps.EPOLLRDHUP.value()
                            | EpollIoOps.EPOLLET.value());
    private static final int FAILED = EpollIoOps.EPOLLERR.value();
    private static final int FIN = EpollIoOps.EPOLLRDHUP.value();

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_CORK = 3;

    /** Who uses the stream, told on the event loop that there is something to do for it. */
    interface Owner {
        void onReady(TcpStream stream);

        void onFault(Throwable cause);
    }

    private @Nullable Owner owner;
    private @Nullable IoEventLoop loop;
    private @Nullable IoRegistration registration;
    private @Nullable ByteBuf unsent;
    private boolean isReadable;
    private boolean isFinHere;
    private boolean isUrgent;
    private boolean isBroken;
    private boolean isInputEnded;
    private boolean isOutputEnded;
    private boolean owesFin;

    private TcpStream(int descriptor, boolean isReadable) {
        super(descriptor);
        this.isReadable = isReadable;
    }

    /** Of a client, who may have spoken already. */
    static TcpStream accepted(int descriptor) {
        return new TcpStream(descriptor, true);
    }

    /**
     * Begins to connect; watched, it becomes ready when that is decided.
     *
     * @throws ChannelException if there is no descriptor for it
     */
    static TcpStream towards(InetSocketAddress target) throws IOException {
        var stream = new TcpStream(newSocketStream0(Transport.family(target)), false);
        try {
            stream.setTcpNoDelay(true);
            stream.connect(target);
        } catch (IOException e) {
            stream.close();
            throw e;
        }
        return stream;
    }

    boolean isWatched() {
        return loop != null;
    }

    void belongsTo(Owner owner) {
        this.owner = owner;
    }

    /**
     * From the loop's next round on: in this one there may be an event of a socket that had the
     * same descriptor and was closed a moment ago.
     */
    void watch(IoEventLoop loop, Owner owner) {
        this.loop = loop;
        this.owner = owner;
        loop.execute(this);
    }

    @Override
    public void run() {
        if (isOpen()) {
            try {
                registration = requireNonNull(requireNonNull(loop).register(this).getNow());
                registration.submit(EVERYTHING);
            } catch (RuntimeException noRoomInEpoll) {
                requireNonNull(owner).onFault(noRoomInEpoll);
            }
        }
    }

    /** In the loop's next round, after the others had their turn; for what was left unread. */
    void readyAgain() {
        if (registration != null) {
            registration.submit(EVERYTHING);
        }
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        int ops = ((EpollIoEvent) event).ops().value();
        isReadable |= (ops & ~EpollIoOps.EPOLLOUT.value()) != 0;
        isFinHere |= (ops & FIN) != 0;
        isUrgent |= (ops & EPOLLPRI) != 0;
        isBroken |= (ops & FAILED) != 0;
        var told = requireNonNull(owner);
        try {
            told.onReady(this);
        } catch (RuntimeException fault) {
            told.onFault(fault);
        }
    }

    /** Whether a read might bring something: bytes, the end, or the reason of a break. */
    boolean isReadable() {
        return isReadable && !isInputEnded;
    }

    /** Whether it was reset, or broke otherwise; what came before may still be read. */
    boolean isBroken() {
        return isBroken;
    }

    boolean isInputEnded() {
        return isInputEnded;
    }

    /**
     * Appends what there is. A read that fills less than it could has emptied the socket, so that
     * nobody needs to ask again; with a FIN known to be behind, it was all. Only an urgent mark
     * (RFC 6093) stops a read early.
     *
     * @param atMost positive
     * @return bytes read
     */
    int read(ByteBuf into, int atMost) throws IOException {
        int at = into.writerIndex();
        int length = recvAddress(into.memoryAddress(), at, at + atMost);
        if (length <= 0) {
            isReadable = false;
            isInputEnded = length < 0;
            return 0;
        }
        into.writerIndex(at + length);
        if (length < atMost && !isUrgent && !isBroken) {
            isReadable = false;
            isInputEnded = isFinHere;
        }
        return length;
    }

    /**
     * Gives the kernel what it takes; the rest, if any, is kept and sent when there is room.
     *
     * @param bytes read as far as they were taken
     * @return whether all were taken
     */
    boolean send(ByteBuf bytes) throws IOException {
        int from = bytes.readerIndex();
        int taken = sendAddress(bytes.memoryAddress(), from, bytes.writerIndex());
        bytes.readerIndex(from + taken);
        return !bytes.isReadable();
    }

    /** Takes ownership of what could not be sent. */
    void keep(ByteBuf rest) {
        unsent = rest;
    }

    boolean hasUnsent() {
        return unsent != null;
    }

    int unsentBytes() {
        return unsent == null ? 0 : unsent.readableBytes();
    }

    /**
     * @return whether nothing is kept any more
     */
    boolean sendKept() throws IOException {
        if (unsent != null && send(unsent)) {
            unsent.release();
            unsent = null;
        }
        return unsent == null;
    }

    /** Lets what is sent next wait for the FIN that follows at once, to go in one segment. */
    void cork() throws IOException {
        setIntOpt(IPPROTO_TCP, TCP_CORK, 1);
    }

    /** The FIN is to go out behind what is kept. */
    void owesFin() {
        owesFin = true;
    }

    boolean isFinOwed() {
        return owesFin;
    }

    void endOutput() throws IOException {
        isOutputEnded = true;
        try {
            shutdown(false, true);
        } catch (NotYetConnectedException reset) {
            throw new IOException("The connection is no more", reset);
        }
    }

    boolean isOutputEnded() {
        return isOutputEnded;
    }

    /** By RST: a FIN would look as if all had been said. */
    void reset() {
        try {
            setSoLinger(0);
        } catch (IOException _) {
            // It is gone already.
        }
        close();
    }

    @Override
    public void close() {
        if (unsent != null) {
            unsent.release();
            unsent = null;
        }
        try {
            super.close();
        } catch (IOException _) {
            // The descriptor is free all the same (close(2)).
        }
        if (registration != null) {
            registration.cancel(); // afterwards: a closed descriptor has left epoll by itself
        }
    }

    @Override
    public FileDescriptor fd() {
        return this;
    }
}
