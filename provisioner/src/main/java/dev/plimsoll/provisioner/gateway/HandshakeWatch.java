package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.provisioner.gateway.GatewayMeters.Refused;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** Counts handshakes that failed; those over a certificate are counted where it is judged. */
final class HandshakeWatch extends ChannelInboundHandlerAdapter {
    private final GatewayMeters meters;

    HandshakeWatch(GatewayMeters meters) {
        this.meters = meters;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent end && !end.isSuccess()) {
            count(end.cause());
        }
        super.userEventTriggered(context, event);
    }

    private void count(Throwable failure) {
        if (failure instanceof NotSslRecordException) {
            meters.refused(Refused.PLAIN_TEXT);
        } else if (!isOverACertificate(failure)) {
            meters.refused(Refused.HANDSHAKE);
        }
    }

    private static boolean isOverACertificate(Throwable failure) {
        @Nullable Throwable cause = failure;
        while (cause != null && !(cause instanceof CertificateException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }
}
