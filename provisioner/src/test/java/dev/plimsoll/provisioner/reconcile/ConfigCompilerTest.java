package dev.plimsoll.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ConfigCompilerTest {
    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @ValueSource(strings = {"defaults", "everything"})
    void orderBecomesTheDocumentBesideIt(String name) throws IOException {
        var spec = JSON.readValue(resource("in/" + name), Spec.class);
        var desired =
                new Desired.Served(
                        new LoadBalancerId(new UUID(0, 1)), new UUID(0, 2), "web", 3, spec, 10_000);

        var document =
                ConfigDocument.of(
                        ConfigCompiler.compile(desired, List.of("192.0.2.5", "127.64.0.1"), 7));

        assertThat(JSON.readTree(document)).isEqualTo(JSON.readTree(resource("out/" + name)));
    }

    @ParameterizedTest
    @CsvSource({"5s,5000", "0.5s,500", "0.000000001s,1", "1.0001s,1001", "0s,0", "3600s,3600000"})
    void durationsRoundUpToMilliseconds(String text, long millis) {
        assertThat(ConfigCompiler.millis(text, -1)).isEqualTo(millis);
    }

    private static String resource(String name) throws IOException {
        try (var in = ConfigCompilerTest.class.getResourceAsStream("/compile/" + name + ".json")) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
