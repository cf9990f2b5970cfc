package dev.plimsoll.agent.protocol;

/** One target: a literal address and the port that its pool's connections go to. */
public record TargetConfig(String ip, int port) {}
