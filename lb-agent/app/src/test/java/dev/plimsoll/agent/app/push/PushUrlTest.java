package dev.plimsoll.agent.app.push;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PushUrlTest {
    @ParameterizedTest
    @CsvSource({
        "https://m.example, m.example, 443, /, m.example, https://m.example/",
        "http://m.example/a/b, m.example, 80, /a/b, m.example, http://m.example/a/b",
        "http://m.example:9090/w?token=s3cret#x, m.example, 9090, /w?token=s3cret,"
                + " m.example:9090, http://m.example:9090/w",
        "https://me:s3cret@m.example/w, m.example, 443, /w, m.example, https://m.example/w",
        "http://[2001:db8::1]:80/w, 2001:db8::1, 80, /w, [2001:db8::1], http://[2001:db8::1]:80/w",
    })
    void partsAreTakenAndSecretsAreNotShown(
            String text, String host, int port, String path, String authority, String shown) {
        var url = PushUrl.of(text);

        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.pathAndQuery()).isEqualTo(path);
        assertThat(url.authority()).isEqualTo(authority);
        assertThat(url.shown()).isEqualTo(shown);
        assertThat(url.toString()).doesNotContain("s3cret");
    }
}
