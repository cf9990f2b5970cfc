package dev.plimsoll.provisioner.driver.netns;

import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A server's link to a network.
 *
 * @param namespace the server's: a file such as {@code /run/netns/NAME}
 * @param link its name there
 */
public record Interface(UUID id, UUID network, String namespace, String link, String address) {
    private static final Pattern LINK = Pattern.compile("[a-z][a-z0-9]{0,14}");

    /** In place of a network's id: where clients are. */
    static final UUID OUTSIDE = new UUID(0, 0);

    public Interface {
        if (!LINK.matcher(link).matches()) {
            throw new IllegalArgumentException("not a name of a link: " + link);
        }
        var _ = Ipv4.of(address);
    }

    boolean isOutside() {
        return network.equals(OUTSIDE);
    }

    Namespace place() {
        return new Namespace(Path.of(namespace));
    }
}
