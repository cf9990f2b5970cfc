package dev.plimsoll.agent.engine;

/**
 * A target's gauges at one moment.
 *
 * @param draining it has left the configuration; its connections may end in their own time
 */
public record TargetMeter(
        String targetPool, String ip, int port, boolean up, boolean draining, int connections) {}
