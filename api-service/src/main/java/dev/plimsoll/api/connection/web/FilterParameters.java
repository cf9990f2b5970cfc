package dev.plimsoll.api.connection.web;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.problem.FieldError.Code;
import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Clients and targets as a query names them; what is wrong is refused by its name. */
final class FilterParameters {
    private static final Pattern BLOCK = Pattern.compile("([0-9a-fA-F:.]+)(?:/([0-9]{1,3}))?");
    private static final Pattern PLACE =
            Pattern.compile(
                    "(?:\\[([0-9a-fA-F:.]+)]|([0-9.]+)):([1-9][0-9]{0,4})|([0-9a-fA-F:.]+)");
    private static final int LAST_PORT = 65_535;

    private FilterParameters() {}

    /** A target's address, with its port where one is given. */
    record Place(@Nullable String ip, @Nullable Integer port) {}

    static @Nullable String clients(@Nullable String sent) {
        if (sent == null) {
            return null;
        }
        var parts = BLOCK.matcher(sent);
        if (parts.matches()) {
            var address = address(parts.group(1));
            int bits = address == null ? 0 : address.getAddress().length * Byte.SIZE;
            var prefix = parts.group(2);
            if (address != null && (prefix == null || Integer.parseInt(prefix) <= bits)) {
                return sent;
            }
        }
        throw refused("client", sent, "must be an address or a CIDR block", "192.0.2.0/24");
    }

    static Place target(@Nullable String sent) {
        if (sent == null) {
            return new Place(null, null);
        }
        var parts = PLACE.matcher(sent);
        if (parts.matches()) {
            var ip = firstOf(parts.group(1), parts.group(2), parts.group(4));
            int port = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
            if (ip != null && address(ip) != null && port <= LAST_PORT) {
                return new Place(ip, port == 0 ? null : (Integer) port);
            }
        }
        throw refused(
                "target", sent, "must be an address, with or without a port", "10.0.0.11:8080");
    }

    private static @Nullable String firstOf(@Nullable String... texts) {
        for (var text : texts) {
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    private static @Nullable InetAddress address(String literal) {
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static DomainFailure refused(String name, String sent, String detail, String example) {
        return new DomainFailure.InvalidFields(
                new FieldError("#query/" + name, Code.MALFORMED, detail, sent, example));
    }
}
