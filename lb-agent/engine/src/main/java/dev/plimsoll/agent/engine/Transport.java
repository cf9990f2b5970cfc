package dev.plimsoll.agent.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Makes sockets for datagrams and for probes, and proves that addresses are free. Linux only:
 * epoll.
 */
final class Transport {
    static final int IPPROTO_IP = 0;
    static final int IP_FREEBIND = 15;

    private static final int PROBE_READ_BYTES = 2048;

    /** Asked for; the kernel gives what its administrator allows. */
    private static final int DATAGRAM_BUFFER_BYTES = 2 * 1024 * 1024;

    private final PooledByteBufAllocator buffers;

    Transport(int loops) {
        // One arena per loop; chunks of 1 MiB, so that an idle agent stays small.
        this.buffers = new PooledByteBufAllocator(true, 0, loops, 8192, 7, 64, 32, true);
    }

    IoHandlerFactory ioHandlers() {
        return EpollHandler.factory();
    }

    ByteBufAllocator buffers() {
        return buffers;
    }

    Channel listeningDatagrams(LoopScope scope, InetSocketAddress address) {
        var channel = datagrams(scope, address);
        var config = channel.config();
        config.setAutoRead(false);
        config.setOption(EpollChannelOption.SO_REUSEPORT, true);
        config.setOption(EpollChannelOption.IP_FREEBIND, !address.getAddress().isLoopbackAddress());
        return channel;
    }

    /**
     * A socket that is registered, and connected for the kernel alone: Netty loses empty datagrams
     * of channels that it knows to be connected.
     */
    Channel connectedDatagrams(LoopScope scope, InetSocketAddress target, ChannelHandler answers)
            throws IOException {
        var channel = datagrams(scope, target);
        channel.pipeline().addLast(answers);
        scope.loop().register(channel);
        channel.bind(new InetSocketAddress(anyAddress(target), 0));
        try {
            ((Socket) channel.fd()).connect(target);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    private EpollDatagramChannel datagrams(LoopScope scope, InetSocketAddress address) {
        var channel = new EpollDatagramChannel(family(address));
        var config = channel.config();
        config.setRecvByteBufAllocator(scope.datagramBuffers());
        config.setOption(
                EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DatagramBuffers.DATAGRAM_BYTES);
        config.setReceiveBufferSize(DATAGRAM_BUFFER_BYTES);
        config.setSendBufferSize(DATAGRAM_BUFFER_BYTES);
        return channel;
    }

    private static InetAddress anyAddress(InetSocketAddress of) throws IOException {
        return InetAddress.getByAddress(new byte[of.getAddress().getAddress().length]);
    }

    /**
     * Netty's own way of sending loses empty datagrams, and queues what the kernel does not take.
     *
     * @return whether the kernel took it
     */
    boolean send(Channel connected, ByteBuf datagram) throws IOException {
        int length = datagram.readableBytes();
        int from = datagram.readerIndex();
        return descriptor(connected).sendAddress(datagram.memoryAddress(), from, from + length)
                == length;
    }

    boolean send(Channel channel, ByteBuf datagram, InetSocketAddress to) throws IOException {
        int length = datagram.readableBytes();
        int from = datagram.readerIndex();
        return descriptor(channel)
                        .sendToAddress(
                                datagram.memoryAddress(),
                                from,
                                from + length,
                                to.getAddress(),
                                to.getPort())
                == length;
    }

    private static Socket descriptor(Channel datagrams) {
        return (Socket) ((EpollDatagramChannel) datagrams).fd();
    }

    /**
     * Proves that nobody has an address, by binding it without SO_REUSEPORT and closing again.
     * Never listens: a client that comes in between is refused as it would have been.
     */
    void probeBind(Endpoint endpoint) throws IOException {
        var address = endpoint.address();
        if (endpoint.kind() == Endpoint.Kind.DATAGRAM) {
            probeBind(Socket.newSocketDgram(), address);
        } else {
            var socket = Socket.newSocketStream();
            socket.setReuseAddress(true);
            probeBind(socket, address);
        }
    }

    private static void probeBind(Socket socket, InetSocketAddress address) throws IOException {
        try {
            if (!address.getAddress().isLoopbackAddress()) {
                socket.setIntOpt(IPPROTO_IP, IP_FREEBIND, 1);
            }
            socket.bind(address);
        } finally {
            socket.close();
        }
    }

    Channel connectingSocket(InetSocketAddress target) {
        return new EpollSocketChannel(family(target));
    }

    long directBytes() {
        return buffers.metric().usedDirectMemory();
    }

    /** A probe says and hears little, and must see when the target has said all. */
    void prepareForProbe(Channel channel) {
        ChannelConfig config = channel.config();
        config.setConnectTimeoutMillis(0); // the probe has a deadline of its own
        config.setAllocator(buffers);
        config.setRecvByteBufAllocator(new FixedRecvByteBufAllocator(PROBE_READ_BYTES));
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        config.setOption(ChannelOption.TCP_NODELAY, true);
    }

    static SocketProtocolFamily family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address
                ? SocketProtocolFamily.INET6
                : SocketProtocolFamily.INET;
    }
}
