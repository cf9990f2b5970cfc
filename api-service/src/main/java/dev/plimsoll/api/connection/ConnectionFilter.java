package dev.plimsoll.api.connection;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which connections are wanted; what is null does not matter.
 *
 * @param isOpen those that are open now, else those that have ended
 * @param client an address or a block
 * @param targetIp a literal
 * @param since when it was accepted if it is open, else when it ended, at the earliest
 */
public record ConnectionFilter(
        boolean isOpen,
        @Nullable String client,
        @Nullable String targetIp,
        @Nullable Integer targetPort,
        @Nullable String listener,
        @Nullable Instant since) {}
