package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import org.jspecify.annotations.Nullable;

/**
 * A client that has not said yet which server it wants: becomes a {@link Connection} of the
 * listener with that name, which sends on what was said, untouched. Time and bytes are bounded,
 * however slowly the client speaks.
 */
final class Greeting extends Expiring {
    private final Forwarding forwarding;
    private final LoopScope scope;
    private final ServerNames names;
    private final Channel client;
    private final Reader reader = new Reader();
    private final ClientHello hello = new ClientHello();
    private @Nullable ByteBuf said;
    private boolean over;

    Greeting(Forwarding forwarding, LoopScope scope, ServerNames names, Channel client) {
        this.forwarding = forwarding;
        this.scope = scope;
        this.names = names;
        this.client = client;
    }

    void open() {
        scope.wheel().add(this, forwarding.options().helloTimeout().toMillis());
        forwarding.transport().prepareForRelay(client);
        client.pipeline().addLast(reader);
        scope.loop().register(client);
    }

    private final class Reader extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            onRead((ByteBuf) msg);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                refuse(Rejection.CLIENT_GONE);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            refuse(Rejection.CLIENT_GONE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!(cause instanceof java.io.IOException)) {
                forwarding.events().fault("A greeting ended by a fault of the engine.", cause);
            }
            refuse(Rejection.CLIENT_GONE);
        }
    }

    private void onRead(ByteBuf buffer) {
        if (over) {
            buffer.release();
            return;
        }
        var verdict = read(buffer);
        keep(buffer);
        switch (verdict) {
            case INCOMPLETE -> {}
            case NAMED, NAMELESS -> route();
            case NOT_TLS -> refuse(Rejection.NOT_TLS);
            case MALFORMED -> refuse(Rejection.HELLO_MALFORMED);
            case TOO_LARGE -> refuse(Rejection.HELLO_TOO_LARGE);
        }
    }

    private ClientHello.Verdict read(ByteBuf buffer) {
        var verdict = ClientHello.Verdict.INCOMPLETE;
        for (int at = buffer.readerIndex();
                at < buffer.writerIndex() && verdict == ClientHello.Verdict.INCOMPLETE;
                at++) {
            verdict = hello.read(buffer.getByte(at));
        }
        return verdict;
    }

    private void keep(ByteBuf buffer) {
        if (said == null) {
            said = buffer;
        } else {
            said.writeBytes(buffer);
            buffer.release();
        }
    }

    private void route() {
        var route = names.route(hello.serverName());
        if (route == null) {
            refuse(Rejection.UNKNOWN_SERVER_NAME);
            return;
        }
        var opening = said;
        said = null;
        leave();
        client.config().setAutoRead(false);
        client.pipeline().remove(reader);
        new Connection(forwarding, scope, route, client, opening).open();
    }

    private void refuse(Rejection reason) {
        if (!over) {
            leave();
            forwarding.admission().giveBack();
            forwarding.refuse(client, reason);
        }
    }

    private void leave() {
        over = true;
        scope.wheel().remove(this);
        forwarding.greetings().giveBack();
        if (said != null) {
            said.release();
            said = null;
        }
    }

    @Override
    boolean onIdle() {
        refuse(Rejection.HELLO_TIMEOUT);
        return true;
    }

    @Override
    void abort(CloseCause cause) {
        refuse(Rejection.STOPPING);
    }

    @Override
    long bufferedBytes() {
        return said == null ? 0 : said.readableBytes();
    }
}
