package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import io.netty.channel.ConnectTimeoutException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a target could not be reached.
 *
 * @param errno 0 if the kernel had no part in it
 */
record ConnectFailure(Reason reason, int errno, String words) {

    private record Known(String text, Reason reason, int errno, String words) {}

    /**
     * Netty has types for the commonest errors only, and keeps the number to itself; what all of
     * them have is the C library's English.
     */
    private static final List<Known> KNOWN =
            List.of(
                    new Known("refused", Reason.REFUSED, 111, "refused the connection"),
                    new Known("timed out", Reason.TIMEOUT, 110, "did not answer in time"),
                    new Known(
                            "network is unreachable",
                            Reason.UNREACHABLE,
                            101,
                            "cannot be reached: no route to its network"),
                    new Known(
                            "no route to host",
                            Reason.UNREACHABLE,
                            113,
                            "cannot be reached: no route"),
                    new Known("unreachable", Reason.UNREACHABLE, 113, "cannot be reached"),
                    new Known("reset", Reason.RESET, 104, "reset the connection"),
                    new Known("broken pipe", Reason.RESET, 32, "reset the connection"),
                    new Known(
                            "cannot assign requested address",
                            Reason.NO_SOURCE_PORT,
                            99,
                            "could not be asked: the agent has no free source port"),
                    new Known(
                            "too many open files",
                            Reason.NO_DESCRIPTOR,
                            24,
                            "could not be asked: the agent has no free descriptor"),
                    new Known(
                            "operation not permitted",
                            Reason.UNREACHABLE,
                            1,
                            "cannot be reached: a packet filter forbids it"),
                    new Known(
                            "permission denied",
                            Reason.UNREACHABLE,
                            13,
                            "cannot be reached: the address is not one host's"));

    static ConnectFailure of(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return new ConnectFailure(Reason.TIMEOUT, 0, "did not answer in time");
        }
        var words = words(cause);
        for (@Nullable Throwable t = cause; t != null; t = t.getCause()) {
            var text = words(t).toLowerCase(Locale.ROOT);
            for (var known : KNOWN) {
                if (text.contains(known.text)) {
                    return new ConnectFailure(known.reason, known.errno, known.words);
                }
            }
        }
        return new ConnectFailure(Reason.OTHER, 0, "could not be connected to: " + words);
    }

    private static String words(Throwable cause) {
        return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    }
}
