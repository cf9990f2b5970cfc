package dev.plimsoll.api.serviceaccount;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as it was asked for; nothing is checked yet.
 *
 * @param publicPem null to have the pair made here
 */
public record KeyDraft(@Nullable String publicPem, @Nullable Instant validUntil) {}
