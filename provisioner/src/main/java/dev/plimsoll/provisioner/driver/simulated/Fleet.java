package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.provisioner.work.Backoff;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What all agents share.
 *
 * @param heartbeat how often an agent says that it is there, unless its gateway asks for less
 */
record Fleet(
        Dialler dialler,
        Identities identities,
        Vips vips,
        Faults faults,
        Backoff backoff,
        Duration heartbeat,
        InstantSource clock) {
    /** As agents that forward have it. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    static Fleet of(Faults faults, Duration heartbeat, InstantSource clock) {
        var identities = new Identities();
        return new Fleet(
                new Dialler(identities),
                identities,
                new Vips(),
                faults,
                new Backoff(LONGEST_WAIT, RandomGenerator.getDefault()),
                heartbeat,
                clock);
    }

    EventLoop loop() {
        return dialler.loop();
    }
}
