package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.provisioner.work.Backoff;
import io.netty.channel.EventLoop;
import java.time.InstantSource;

/** What all agents share. */
record Fleet(
        Dialler dialler,
        Identities identities,
        Vips vips,
        Faults faults,
        Backoff backoff,
        InstantSource clock) {
    EventLoop loop() {
        return dialler.loop();
    }
}
