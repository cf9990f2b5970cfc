package dev.plimsoll.provisioner.push;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code provisioner.yaml}. */
public record PushSettings(
        @DefaultValue("15s") Duration every,
        @DefaultValue("100.64.0.0/10") List<String> refused,
        @DefaultValue List<String> allowed) {

    public static final PushSettings DEFAULTS =
            new PushSettings(Duration.ofSeconds(15), List.of("100.64.0.0/10"), List.of());

    public PushSettings {
        refused = List.copyOf(refused);
        allowed = List.copyOf(allowed);
        if (every.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.push.every cannot be " + every);
        }
        refused.forEach(range -> check(range, "refused"));
        allowed.forEach(range -> check(range, "allowed"));
    }

    private static void check(String range, String key) {
        try {
            int slash = range.indexOf('/');
            int bits = 8 * InetAddress.ofLiteral(range.substring(0, slash)).getAddress().length;
            if (Integer.parseUnsignedInt(range.substring(slash + 1)) <= bits) {
                return;
            }
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException _) {
            // said below
        }
        throw new IllegalArgumentException(
                "plimsoll.provisioner.push.%s: %s is not a CIDR block".formatted(key, range));
    }
}
