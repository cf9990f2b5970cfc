package dev.plimsoll.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EndingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Test
    void aProcessEndsWhenItIsAskedTo() throws Exception {
        var process = new ProcessBuilder("sleep", "60").start();
        var identity = ProcessIdentity.of(process.pid()).orElseThrow();
        assertThat(identity.isAlive()).isTrue();

        Ending.of(identity, PATIENCE);

        assertThat(identity.isAlive()).isFalse();
        assertThat(process.waitFor()).isNotZero();
    }

    @Test
    void aProcessThatIgnoresTheFirstSignalIsKilled() throws Exception {
        var process =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "trap '' TERM; echo ready; while :; do read -t 60; done")
                        .start();
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        var identity = ProcessIdentity.of(process.pid()).orElseThrow();

        Ending.of(identity, Duration.ofMillis(200));

        assertThat(process.waitFor()).isEqualTo(128 + 9);
    }
}
