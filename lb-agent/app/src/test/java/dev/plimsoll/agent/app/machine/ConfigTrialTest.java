package dev.plimsoll.agent.app.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTrialTest {
    @TempDir private Path folder;

    @Test
    void configurationThatCostThreeLivesIsSetAsideForGood() {
        for (int life = 0; life < ConfigTrial.MOST_LIVES; life++) {
            assertThat(nextLife().mayBegin("bad")).isTrue();
        }

        assertThat(nextLife().mayBegin("bad")).isFalse();
        assertThat(nextLife().mayBegin("other")).isTrue();
        assertThat(nextLife().mayBegin("bad")).isFalse();
    }

    @Test
    void beginningAgainInTheSameLifeDoesNotCount() {
        var life = nextLife();
        for (int i = 0; i < 10; i++) {
            assertThat(life.mayBegin("pushed again")).isTrue();
        }
    }

    @Test
    void configurationThatLastedBeginsWithACleanSlate() {
        for (int life = 0; life < 10; life++) {
            var now = nextLife();
            assertThat(now.mayBegin("good")).isTrue();
            now.passed();
        }
    }

    @Test
    void otherVersionOfTheAgentTriesAgain() {
        for (int life = 0; life <= ConfigTrial.MOST_LIVES; life++) {
            var _ = nextLife().mayBegin("bad");
        }

        assertThat(new ConfigTrial(new MachineFolder(folder), "2").mayBegin("bad")).isTrue();
    }

    @Test
    void tornNoteIsNone() throws Exception {
        Files.writeString(folder.resolve("config.trial.json"), "{\"sha256\":");
        Files.writeString(folder.resolve("config.aside.json"), "null");

        assertThat(nextLife().mayBegin("good")).isTrue();
    }

    private ConfigTrial nextLife() {
        return new ConfigTrial(new MachineFolder(folder), "1");
    }
}
