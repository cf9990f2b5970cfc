package dev.plimsoll.api.failover;

import java.time.Instant;
import java.util.UUID;

/** A move that is under way. */
public record FailoverOrder(UUID fromMachine, UUID toMachine, Instant requestedAt) {}
