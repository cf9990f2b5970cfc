package dev.plimsoll.api.region;

import java.time.Instant;

public record Region(String id, String displayName, Instant createdAt) {}
