package dev.plimsoll.api.status;

import java.time.Instant;

/**
 * What an unfinished change waits for.
 *
 * @param attempt tries that came to nothing, since it became unfinished
 * @param deadline from when on it is late, and an error if nothing is served; tries go on
 */
public record WaitingFor(
        String what, Instant since, int attempt, Instant nextTry, Instant deadline) {}
