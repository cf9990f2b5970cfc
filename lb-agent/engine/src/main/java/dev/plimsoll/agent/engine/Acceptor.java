package dev.plimsoll.agent.engine;

import static java.util.Objects.requireNonNull;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One loop's listening TCP socket of an endpoint, shared with the other loops' by SO_REUSEPORT. One
 * connection is accepted in a round of the loop, so that a flood leaves time for those that are
 * there; accepting pauses where the process cannot take any.
 */
final class Acceptor extends Socket implements EpollIoHandle, ListeningSocket {
    private static final int BACKLOG = 4096;
    private static final long PAUSE_MILLIS = 200;

    /** Not {@link EpollIoOps#NONE}, see {@link EpollHandler}. */
    private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

    /** Length, address and port, as Netty's native code writes them. */
    private static final int ADDRESS_BYTES = 1 + 16 + 4 + 4;

    private final Forwarding forwarding;
    private final LoopScope scope;
    private final int port;
    private final byte[] peer = new byte[ADDRESS_BYTES];
    private @Nullable IoRegistration registration;

    private Acceptor(int descriptor, Forwarding forwarding, LoopScope scope, int port) {
        super(descriptor);
        this.forwarding = forwarding;
        this.scope = scope;
        this.port = port;
    }

    /**
     * Clients are let in, and wait, from now on.
     *
     * @throws io.netty.channel.ChannelException if there is no descriptor for it
     */
    static Acceptor bind(Forwarding forwarding, LoopScope scope, InetSocketAddress address)
            throws IOException {
        int descriptor = newSocketStream0(Transport.family(address));
        var acceptor = new Acceptor(descriptor, forwarding, scope, address.getPort());
        try {
            acceptor.prepare(address);
        } catch (IOException e) {
            acceptor.close();
            throw e;
        }
        return acceptor;
    }

    private void prepare(InetSocketAddress address) throws IOException {
        setReuseAddress(true);
        setReusePort(true);
        setTcpNoDelay(true); // what it accepts inherits that
        if (!address.getAddress().isLoopbackAddress()) {
            setIntOpt(Transport.IPPROTO_IP, Transport.IP_FREEBIND, 1);
        }
        bind(address);
        listen(BACKLOG);
    }

    @Override
    public void start() {
        scope.loop()
                .execute(() -> {
                    if (isOpen()) {
                        registration = requireNonNull(scope.loop().register(this).getNow());
                        registration.submit(EpollIoOps.EPOLLIN);
                    }
                });
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        acceptOne();
    }

    /** False when nobody waits, or nobody can be taken. */
    private boolean acceptOne() {
        try {
            int descriptor = accept(peer);
            if (descriptor < 0) {
                return false;
            }
            var from = NativeInetAddress.address(peer, 1, peer[0]);
            forwarding.onAccepted(scope, TcpStream.accepted(descriptor), from, port);
            return true;
        } catch (IOException e) {
            forwarding.meters().acceptFailed();
            pause();
            return false;
        }
    }

    /** Mostly for want of descriptors: asking again at once would only spin. */
    private void pause() {
        var here = requireNonNull(registration);
        here.submit(NOTHING);
        scope.loop()
                .schedule(
                        () -> {
                            if (isOpen()) {
                                here.submit(EpollIoOps.EPOLLIN);
                            }
                        },
                        PAUSE_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        scope.loop().submit(this::acceptTheRestAndClose).awaitUninterruptibly();
    }

    /** Whoever was let in and waits would be reset by the kernel. */
    private void acceptTheRestAndClose() {
        for (int i = 0; registration != null && i < BACKLOG && acceptOne(); i++) {}
        close();
    }

    @Override
    public void close() {
        try {
            super.close();
        } catch (IOException _) {
            // The descriptor is free all the same (close(2)).
        }
        if (registration != null) {
            registration.cancel();
        }
    }

    @Override
    public FileDescriptor fd() {
        return this;
    }
}
