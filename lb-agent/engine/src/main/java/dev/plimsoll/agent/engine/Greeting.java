package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.engine.Snapshot.Route;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client that has not said yet which server it wants: becomes a {@link Connection} of the
 * listener with that name, which sends on what was said, untouched. Time and bytes are bounded,
 * however slowly the client speaks.
 */
final class Greeting extends Flow implements TcpStream.Owner {
    private final Entrance.ByServerName entrance;
    private final TcpStream client;
    private final ClientHello hello = new ClientHello();
    private @Nullable ByteBuf said;
    private boolean over;

    Greeting(
            Forwarding forwarding,
            LoopScope scope,
            Entrance.ByServerName entrance,
            TcpStream client,
            InetSocketAddress from) {
        super(forwarding, scope, from, scope.scribe().moment());
        this.entrance = entrance;
        this.client = client;
    }

    void open() {
        scope.wheel().add(this, forwarding.options().helloTimeout().toMillis());
        client.watch(scope.loop(), this);
    }

    @Override
    public void onReady(TcpStream stream) {
        try {
            while (!over && client.isReadable()) {
                var buffer = scope.relay().buffer();
                if (client.read(buffer, buffer.capacity() - heldBytes()) > 0) {
                    onRead(buffer);
                }
            }
        } catch (IOException reset) {
            refuse(Rejection.CLIENT_GONE);
        }
        if (client.isInputEnded()) {
            refuse(Rejection.CLIENT_GONE);
        }
    }

    @Override
    public void onFault(Throwable cause) {
        forwarding.events().fault("A greeting ended by a fault of the engine.", cause);
        refuse(Rejection.CLIENT_GONE);
    }

    private void onRead(ByteBuf buffer) {
        var verdict = read(buffer);
        keep(buffer);
        switch (verdict) {
            case INCOMPLETE -> {}
            case NAMED, NAMELESS -> goOn();
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
            said = forwarding.transport().buffers().directBuffer(buffer.readableBytes());
        }
        said.writeBytes(buffer);
    }

    private void goOn() {
        var route = entrance.names().route(hello.serverName());
        if (route == null) {
            refuse(Rejection.UNKNOWN_SERVER_NAME);
            return;
        }
        var opening = said;
        said = null;
        leave();
        new Connection(forwarding, scope, acceptedNanos, route, client, clientAddress, opening)
                .open();
    }

    private void refuse(Rejection reason) {
        if (!over) {
            leave();
            forwarding.admission().giveBack();
            scope.scribe().onEnd(this, reason.by(), reason, System.nanoTime());
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
        refuse(Rejection.of(cause));
    }

    @Override
    @Nullable Route route() {
        return null;
    }

    @Override
    @Nullable Target target() {
        return null;
    }

    @Override
    int tries() {
        return 0;
    }

    @Override
    Protocol protocol() {
        return entrance.protocol();
    }

    @Override
    int port() {
        return entrance.port();
    }

    @Override
    long generation() {
        return entrance.generation();
    }

    /** Never more than the {@link Relay} can send on in one piece. */
    private int heldBytes() {
        return said == null ? 0 : said.readableBytes();
    }

    @Override
    long bufferedBytes() {
        return heldBytes();
    }
}
