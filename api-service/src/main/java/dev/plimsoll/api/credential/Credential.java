package dev.plimsoll.api.credential;

/** Credentials as they can be read: without the password. */
public record Credential(String region, String ref, String displayName, String username) {}
