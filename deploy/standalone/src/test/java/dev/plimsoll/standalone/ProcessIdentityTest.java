package dev.plimsoll.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Test
    void aProcessIsItselfUntilItEnds() throws Exception {
        var process = new ProcessBuilder("sleep", "60").start();
        var identity = ProcessIdentity.of(process.pid()).orElseThrow();
        assertThat(identity.isAlive()).isTrue();

        identity.end(PATIENCE);

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

        identity.end(Duration.ofMillis(200));

        assertThat(process.waitFor()).isEqualTo(128 + 9);
    }

    @Test
    void anotherProcessWithTheSamePidIsNotMistakenForIt() throws Exception {
        var self = ProcessIdentity.ofSelf();

        assertThat(self.isAlive()).isTrue();
        assertThat(new ProcessIdentity(self.pid(), self.startTicks() - 1).isAlive()).isFalse();
    }
}
