package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Objects;

/** Why an address could not be listened on. */
record BindFailure(Endpoint endpoint, Refusal refusal, String detail) {
    private static final int EACCES = -13;
    private static final int EMFILE = -24;
    private static final int EADDRINUSE = -98;
    private static final int EADDRNOTAVAIL = -99;

    static BindFailure of(Endpoint endpoint, Throwable cause) {
        var where = endpoint.toString();
        return switch (errno(cause)) {
            case EADDRINUSE ->
                    new BindFailure(
                            endpoint,
                            Refusal.ADDRESS_IN_USE,
                            where + " is held by another process.");
            case EACCES ->
                    new BindFailure(
                            endpoint,
                            Refusal.PORT_NOT_PERMITTED,
                            "The agent may not listen on " + where + ".");
            case EADDRNOTAVAIL ->
                    new BindFailure(
                            endpoint,
                            Refusal.ADDRESS_NOT_AVAILABLE,
                            where + " does not exist on this machine.");
            default ->
                    new BindFailure(
                            endpoint,
                            Refusal.ADDRESS_NOT_AVAILABLE,
                            where + " could not be listened on: " + cause.getMessage());
        };
    }

    /** The refusal of a document that asks for it. */
    ConfigRefused refusing(AgentConfig config) {
        return new ConfigRefused(config.revision(), refusal, path(config), detail);
    }

    /** An address is the fault of a VIP, a port that of a listener. */
    private String path(AgentConfig config) {
        var address = endpoint.address();
        if (refusal == Refusal.ADDRESS_NOT_AVAILABLE) {
            for (int i = 0; i < config.vips().size(); i++) {
                if (InetAddress.ofLiteral(config.vips().get(i)).equals(address.getAddress())) {
                    return "/vips/" + i;
                }
            }
        }
        for (int i = 0; i < config.listeners().size(); i++) {
            var listener = config.listeners().get(i);
            if (Endpoint.Kind.of(listener.protocol()) == endpoint.kind()
                    && listener.port() == address.getPort()) {
                return "/listeners/" + i + "/port";
            }
        }
        return "";
    }

    /** The JDK gives sentences only; they are the C library's. */
    private static int errno(Throwable cause) {
        if (cause instanceof NativeIoException native_) {
            return native_.expectedErr();
        }
        var text = Objects.requireNonNullElse(cause.getMessage(), "").toLowerCase(Locale.ROOT);
        if (!(cause instanceof IOException)) {
            return 0;
        }
        if (text.contains("in use")) {
            return EADDRINUSE;
        }
        if (text.contains("permission denied")) {
            return EACCES;
        }
        return text.contains("too many open files")
                ? EMFILE
                : text.contains("cannot assign") ? EADDRNOTAVAIL : 0;
    }
}
