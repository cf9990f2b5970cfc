package dev.plimsoll.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealthReasonTest {
    private static final String PROBED = "10.0.0.11 port 8080";

    @ParameterizedTest
    @EnumSource
    void everyReasonIsOneSentenceWithWhatToDo(HealthReason reason) {
        for (var phase : phases()) {
            var sentence = reason.sentence(PROBED, phase, null);

            assertThat(sentence).startsWith(PROBED + " ").endsWith(".").doesNotContain("null");
            assertThat(sentence.substring(0, sentence.length() - 1)).doesNotContain(". ");
            assertThat(sentence).matches(".*(: [a-z]|nothing is to be done).*");
        }
    }

    @Test
    void noTwoReasonsSayTheSame() {
        var sentences = new HashSet<String>();
        for (var reason : HealthReason.values()) {
            assertThat(sentences.add(reason.sentence(PROBED, null, null)))
                    .as("%s", reason)
                    .isTrue();
        }
    }

    @Test
    void whereItTimedOutDecidesWhatToLookAt() {
        assertThat(HealthReason.TIMEOUT.sentence(PROBED, HealthReason.Phase.CONNECT, null))
                .contains("firewall");
        assertThat(HealthReason.TIMEOUT.sentence(PROBED, HealthReason.Phase.TLS, null))
                .contains("TLS");
        assertThat(HealthReason.TIMEOUT.sentence(PROBED, HealthReason.Phase.HTTP, null))
                .contains("busy");
    }

    @Test
    void statusOfTheServiceAndOfThePathAreDifferentFaults() {
        assertThat(HealthReason.HTTP_STATUS.sentence(PROBED, HealthReason.Phase.HTTP, 503))
                .contains("status 503,", "log of the service");
        assertThat(HealthReason.HTTP_STATUS.sentence(PROBED, HealthReason.Phase.HTTP, 404))
                .contains("status 404,")
                .contains("path or okStatuses");
    }

    @Test
    void whatANewerAgentSaysIsSomethingElse() {
        assertThat(HealthReason.of("QUANTUM")).isEqualTo(HealthReason.OTHER);
        assertThat(HealthReason.of("RESET")).isEqualTo(HealthReason.RESET);
    }

    private static HealthReason.Phase[] phases() {
        return Stream.concat(
                        Stream.of(HealthReason.Phase.values()),
                        Stream.ofNullable((HealthReason.Phase) null))
                .toArray(HealthReason.Phase[]::new);
    }
}
