package dev.plimsoll.agent.app.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.agent.protocol.AgentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigStoreTest {
    @TempDir private Path folder;
    private ConfigStore store;

    @BeforeEach
    void open() {
        store = new ConfigStore(new MachineFolder(folder));
    }

    @Test
    void nothingIsLoadedFromAnEmptyFolder() {
        assertThat(store.load()).isEmpty();
    }

    @Test
    void newestComesFirst() throws Exception {
        store.save(document(1));
        store.save(document(2));
        store.save(document(3));

        assertThat(store.load()).containsExactly(document(3), document(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "null", "[]", "{\"sha256\":\"x\",\"document\":\"{}\"}"})
    void whatCannotBeReadIsPassedOver(String content) throws Exception {
        store.save(document(1));
        store.save(document(2));

        Files.writeString(folder.resolve("config.json"), content);

        assertThat(store.load()).containsExactly(document(1));
    }

    @Test
    void crashBetweenTheTwoRenamesLosesNothing() throws Exception {
        store.save(document(1));
        Files.move(folder.resolve("config.json"), folder.resolve("config.previous.json"));

        assertThat(store.load()).containsExactly(document(1));
    }

    @Test
    void failureToSaveIsTold() {
        var gone = new ConfigStore(new MachineFolder(folder.resolve("gone")));

        assertThatThrownBy(() -> gone.save(document(1))).isInstanceOf(IOException.class);
    }

    @Test
    void documentWithAnotherHashIsNotTaken() {
        assertThatThrownBy(() -> ConfigDocument.of("{}", "00"))
                .isInstanceOf(ConfigDocument.Malformed.class);
    }

    private static ConfigDocument document(long revision) throws ConfigDocument.Malformed {
        var config =
                new AgentConfig(
                        new UUID(1, 2), revision, 1, List.of(), 1, List.of(), List.of(), List.of());
        var text = Json.strict().writeValueAsString(config);
        return ConfigDocument.of(text, ConfigDocument.sha256(text));
    }
}
