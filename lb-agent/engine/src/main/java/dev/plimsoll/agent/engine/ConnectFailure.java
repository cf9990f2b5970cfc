package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.unix.Errors.NativeIoException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import org.jspecify.annotations.Nullable;

/** Why a target could not be reached. */
record ConnectFailure(Reason reason, String words) {

    static ConnectFailure of(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return new ConnectFailure(Reason.TIMEOUT, "did not answer in time");
        }
        if (cause instanceof NoRouteToHostException) {
            return new ConnectFailure(Reason.UNREACHABLE, "cannot be reached: no route");
        }
        var text = text(cause);
        if (text.contains("refused")) {
            return new ConnectFailure(Reason.REFUSED, "refused the connection");
        }
        if (text.contains("timed out")) {
            return new ConnectFailure(Reason.TIMEOUT, "did not answer in time");
        }
        if (text.contains("unreachable")) {
            return new ConnectFailure(Reason.UNREACHABLE, "cannot be reached: no route");
        }
        if (text.contains("reset")) {
            return new ConnectFailure(Reason.RESET, "reset the connection");
        }
        return new ConnectFailure(Reason.OTHER, "could not be connected to: " + words(cause));
    }

    /** Netty has types for the commonest errors only; the rest speak the C library's English. */
    private static String text(Throwable cause) {
        return cause instanceof ConnectException || cause instanceof NativeIoException
                ? words(cause).toLowerCase(java.util.Locale.ROOT)
                : "";
    }

    private static String words(Throwable cause) {
        @Nullable String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
