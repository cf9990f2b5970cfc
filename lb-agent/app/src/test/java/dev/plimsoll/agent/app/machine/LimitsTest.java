package dev.plimsoll.agent.app.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.engine.EngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

    @Test
    void twentyThousandDescriptorsHoldNineAndAHalfThousandConnections() {
        assertThat(DescriptorLimit.connections(20_000)).isGreaterThanOrEqualTo(9_500);
    }

    @ParameterizedTest
    @ValueSource(longs = {256, 1_024, 4_096, 20_000, 1_048_576, Long.MAX_VALUE / 2})
    void connectionsAndProbesNeverNeedMoreDescriptorsThanThereAre(long files) {
        long connections = DescriptorLimit.connections(files);

        assertThat(connections).isPositive();
        assertThat(2 * connections + EngineOptions.probes((int) connections))
                .isLessThanOrEqualTo(files - 100);
    }

    @Test
    void sourcePortsAreTheKernelsRange() {
        assertThat(SourcePorts.of("32768\t60999\n")).isEqualTo(28_232);
        assertThat(SourcePorts.of("rubbish")).isEqualTo(28_232);
        assertThat(SourcePorts.available()).isPositive();
    }
}
