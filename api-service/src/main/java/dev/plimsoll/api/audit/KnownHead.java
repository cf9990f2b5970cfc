package dev.plimsoll.api.audit;

/** The end that a chain had before, kept elsewhere. */
public record KnownHead(long position, String sha256) {}
