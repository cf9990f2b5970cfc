package dev.plimsoll.api.status;

import java.time.Instant;

/** What an unfinished change waits for. */
public record WaitingFor(String what, Instant since, int attempt, Instant nextTry) {}
