package dev.plimsoll.api.tenancy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A token as it was asked for; nothing is checked yet. */
public record TokenDraft(@Nullable String name, @Nullable Role role, @Nullable Instant expiresAt) {}
