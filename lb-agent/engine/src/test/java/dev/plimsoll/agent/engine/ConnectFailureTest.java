package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectFailureTest {

    @ParameterizedTest
    @CsvSource({
        "finishConnect(..) failed: Connection refused: /127.0.0.1:1, REFUSED, 111",
        "finishConnect(..) failed: No route to host, UNREACHABLE, 113",
        "connect(..) failed: Network is unreachable, UNREACHABLE, 101",
        "connect(..) failed: Cannot assign requested address, NO_SOURCE_PORT, 99",
        "newSocketStream(..) failed: Too many open files, NO_DESCRIPTOR, 24",
        "Connection timed out, TIMEOUT, 110",
        "recvAddress(..) failed: Connection reset by peer, RESET, 104",
        "connect(..) failed: Operation not permitted, UNREACHABLE, 1",
        "something new, OTHER, 0"
    })
    void kernelsErrorsHaveReasonsAndNumbers(String text, Reason reason, int errno) {
        var failure = ConnectFailure.of(new ConnectException(text));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.errno()).isEqualTo(errno);
    }

    @Test
    void causeIsLookedFor() {
        var thrown = new IllegalStateException("wrapped", new IOException("Too many open files"));

        assertThat(ConnectFailure.of(thrown).reason()).isEqualTo(Reason.NO_DESCRIPTOR);
    }

    @Test
    void ownTimeoutIsNotTheKernels() {
        assertThat(ConnectFailure.of(new ConnectTimeoutException("connection timed out")))
                .returns(Reason.TIMEOUT, ConnectFailure::reason)
                .returns(0, ConnectFailure::errno);
    }
}
