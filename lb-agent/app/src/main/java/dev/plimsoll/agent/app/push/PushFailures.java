package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.protocol.PushReport.Reason;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.handler.timeout.TimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why an attempt ended without an answer. */
final class PushFailures {
    private PushFailures() {}

    /** Of the outermost cause that says something. */
    static Reason reason(Throwable thrown) {
        @Nullable Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 10; depth++) {
            var known = known(cause);
            if (known != null) {
                return known;
            }
            cause = cause.getCause();
        }
        return Reason.OTHER;
    }

    private static @Nullable Reason known(Throwable cause) {
        return switch (cause) {
            case ConnectTimeoutException _,
                    SslHandshakeTimeoutException _,
                    TimeoutException _,
                    java.util.concurrent.TimeoutException _ ->
                    Reason.TIMEOUT;
            case SSLException _, GeneralSecurityException _ -> Reason.TLS;
            case ConnectException _, NoRouteToHostException _ -> Reason.UNREACHABLE;
            case IOException _ -> cause.getCause() == null ? Reason.CLOSED : null;
            default -> null;
        };
    }
}
