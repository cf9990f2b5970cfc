package dev.plimsoll.api.loadbalancer;

import static dev.plimsoll.api.support.Payload.listener;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenerSetTest extends ApiTest {
    private static final String A = sni("a.example");
    private static final String B = sni("b.example");

    private Payload base;

    @BeforeEach
    void payload() {
        base = Payload.onStaticAddress("lb");
    }

    @Test
    void transportsHaveTheirOwnPorts() {
        refused(tcp(80), listener(80, "TCP_PROXY", Map.of()));
        refused(udp(53), udp(53));
        refused(tls(443, Map.of()), tcp(443));
        accepted(tcp(53), udp(53));
    }

    @Test
    void domainsShareAPortButNotADomain() {
        refused(tls(443, Map.of("serverNameIndicators", A)), tls(443, both()));
        refused(
                tls(443, Map.of("serverNameIndicators", A)),
                tls(443, Map.of("serverNameIndicators", sni("A.EXAMPLE"))));
        refused(tls(443, Map.of()), tls(443, Map.of()));
        refused(tls(443, Map.of("serverNameIndicators", "[{\"name\":\"a\"},{\"name\":\"a\"}]")));
        accepted(
                tls(443, Map.of("serverNameIndicators", A)),
                tls(443, Map.of("serverNameIndicators", B)),
                tls(443, Map.of()),
                tls(8443, Map.of("serverNameIndicators", A)),
                tls(8443, Map.of()));
    }

    @Test
    void listenersOnOnePortHaveOneTimeout() {
        refused(
                tls(443, Map.of("serverNameIndicators", A, "tcp", "{\"idleTimeout\":\"10s\"}")),
                tls(443, Map.of("serverNameIndicators", B)));
    }

    @Test
    void domainsAreForTlsOnly() {
        refused(listener(80, "TCP", Map.of("serverNameIndicators", A)));
        refused(tls(443, Map.of("serverNameIndicators", "[{\"name\":\"\"}]")));
        refused(tls(443, Map.of("serverNameIndicators", "[{\"name\":\"bad_host\"}]")));
        accepted(tls(443, Map.of("serverNameIndicators", "[{\"name\":\"*.a.example\"}]")));
    }

    @Test
    void duplicateDisplayNamesAreFine() {
        accepted(
                listener(80, "TCP", Map.of("displayName", "\"same\"")),
                listener(81, "TCP", Map.of("displayName", "\"same\"")));
    }

    @ParameterizedTest
    @CsvSource({
        "TCP, tcp, 3600s, 200",
        "TCP, tcp, 0.5s, 200",
        "TCP, tcp, 3601s, 400",
        "TCP, tcp, 3600.000000001s, 400",
        "TCP, tcp, 5m, 400",
        "TCP, tcp, -1s, 400",
        "TCP, tcp, 0s, 400",
        "TCP, tcp, '', 400",
        "TCP, udp, 60s, 400",
        "UDP, udp, 120s, 200",
        "UDP, udp, 121s, 400",
        "UDP, tcp, 60s, 400",
        "TLS_PASSTHROUGH, tcp, 42s, 200",
        "TCP_PROXY, tcp, 42s, 200"
    })
    void idleTimeoutIsBoundAndEchoed(String protocol, String options, String idle, int status) {
        var timeout = "{\"idleTimeout\":\"" + idle + "\"}";
        var answer =
                api.create(base.withListeners(listener(80, protocol, Map.of(options, timeout))));
        if (status == 400) {
            answer.blames("/listeners/0/" + options + "/idleTimeout");
        } else {
            answer.isOk();
            assertThat(
                            api.get("load-balancers/lb")
                                    .string("/listeners/0/" + options + "/idleTimeout"))
                    .isEqualTo(idle);
        }
    }

    private void accepted(String... listeners) {
        api.create(base.withListeners(listeners)).isOk();
    }

    private void refused(String... listeners) {
        var answer = api.create(base.withListeners(listeners)).isProblem(400, 3);
        assertThat(answer.string("/errors/0/pointer")).startsWith("/listeners/");
    }

    private static Map<String, String> both() {
        return Map.of(
                "serverNameIndicators", "[{\"name\":\"a.example\"},{\"name\":\"b.example\"}]");
    }

    private static String sni(String name) {
        return "[{\"name\":\"" + name + "\"}]";
    }

    private static String tcp(int port) {
        return listener(port, "TCP", Map.of());
    }

    private static String udp(int port) {
        return listener(port, "UDP", Map.of());
    }

    private static String tls(int port, Map<String, String> more) {
        return listener(port, "TLS_PASSTHROUGH", more);
    }
}
