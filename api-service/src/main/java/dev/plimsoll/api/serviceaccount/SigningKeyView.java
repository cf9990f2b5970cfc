package dev.plimsoll.api.serviceaccount;

import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.UUID;

/** The public half of a key with which this service signs. */
public record SigningKeyView(UUID id, RSAPublicKey publicKey, Instant createdAt) {}
