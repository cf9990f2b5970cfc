package dev.plimsoll.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @Test
    void optionsAreReadByName() {
        var options = Options.of("--data", "/tmp/x/../y", "--json", "--port", "0");

        assertThat(options.path("data", Path.of("z"))).isEqualTo(Path.of("/tmp/y"));
        assertThat(options.has("json")).isTrue();
        assertThat(options.port("port")).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "-1", "http", ""})
    void aPortThatIsNoneIsNamed(String port) {
        var options = Options.of("--port", port);

        assertThatThrownBy(() -> options.port("port"))
                .isInstanceOf(CommandFailed.class)
                .hasMessage("--port takes a number from 0 to 65535: " + port);
    }

    @Test
    void anUnknownOptionAndAMissingValueAreNamed() {
        assertThatThrownBy(() -> Options.of("--prot", "1")).hasMessage("no such option: --prot");
        assertThatThrownBy(() -> Options.of("--port")).hasMessage("option --port needs a value");
    }

    @Test
    void theCauseThatAUserCanActOnIsSaidInOneLine() {
        assertThat(
                        CommandFailed.sentence(
                                new IllegalStateException(
                                        "context failed",
                                        new FileSystemException(
                                                "/data/x", null, "No space left on device"))))
                .startsWith("the disk is full: /data/x");
        assertThat(
                        CommandFailed.sentence(
                                new UncheckedIOException(new AccessDeniedException("/data"))))
                .isEqualTo("no permission for /data");
        assertThat(CommandFailed.sentence(new IOException("first\nsecond")))
                .isEqualTo("java.io.IOException: first");
    }
}
