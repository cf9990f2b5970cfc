package dev.plimsoll.api.acceptance;

import static dev.plimsoll.api.support.Payload.listener;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What may be ordered and what may not. */
class SpecAcceptanceTest extends ApiTest {
    private static final String CHECK = "/targetPools/0/activeHealthCheck";
    private final Payload base = Payload.onStaticAddress("lb");

    @ParameterizedTest
    @CsvSource({"/listeners, 20", "/targetPools, 20", "/targetPools/0/targets, 250"})
    void listsAreBound(String list, int most) {
        api.create(base.with(list, elements(list, most + 1))).blames(list);
        api.create(base.with(list, elements(list, most))).isOk();
    }

    private static String elements(String list, int size) {
        IntFunction<String> element =
                switch (list) {
                    case "/listeners" -> i -> listener(1000 + i, "TCP", Map.of());
                    case "/targetPools" ->
                            i ->
                                    """
                                    {"name":"%s","targetPort":80,"targets":[{"ip":"10.0.0.1"}]}
                                    """
                                            .formatted(i == 0 ? "web" : "p" + i);
                    default -> i -> "{\"ip\":\"10.0." + i / 250 + "." + i % 250 + "\"}";
                };
        return IntStream.range(0, size)
                .mapToObj(element)
                .collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void whatDoesNotFitTogetherIsRefused() {
        api.create(base.with("/listeners/0/targetPool", "\"nope\""))
                .blames("/listeners/0/targetPool");
        var pool = base.json().at("/targetPools/0").toString();
        api.create(base.with("/targetPools/1", pool)).blames("/targetPools/1/name");
        var target = base.json().at("/targetPools/0/targets/0").toString();
        api.create(base.with("/targetPools/0/targets/1", target))
                .blames("/targetPools/0/targets/1/ip");
        api.create(base.with("/targetPools/0/targets", "[]")).blames("/targetPools/0/targets");
        api.create(base.with("/networks", "[]")).blames("/networks");
        var network = base.json().at("/networks/0").toString();
        api.create(base.with("/networks/1", network)).blames("/networks");
        api.create(base.with("/networks/0/role", "\"ROLE_TARGETS\"")).blames("/networks/0/role");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "-1", "80.5"})
    void portThatIsNoneIsRefused(String port) {
        api.create(base.with("/listeners/0/port", port)).blames("/listeners/0/port");
        api.create(base.with("/targetPools/0/targetPort", port))
                .blames("/targetPools/0/targetPort");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROTOCOL_UNSPECIFIED", "TCP"})
    void protocolThatIsNoneIsRefused(String protocol) {
        api.create(base.with("/listeners/0/protocol", '"' + protocol + '"'))
                .blames("/listeners/0/protocol");
    }

    @Test
    void portIsTakenOncePerTransport() {
        listeners(plain(80, "TCP"), plain(80, "TCP_PROXY")).isProblem(400, 3);
        listeners(plain(53, "UDP"), plain(53, "UDP")).isProblem(400, 3);
        listeners(tls(443), plain(443, "TCP")).isProblem(400, 3);
        listeners(plain(53, "TCP"), plain(53, "UDP")).isOk();
    }

    @Test
    void domainsAreTakenOncePerPort() {
        listeners(tls(443, "a.example", "b.example"), tls(443, "a.example")).isProblem(400, 3);
        listeners(tls(443, "a.example"), tls(443, "a.example", "b.example")).isProblem(400, 3);
        listeners(tls(443), tls(443)).isProblem(400, 3);
        accepted(tls(443, "a.example"), tls(443, "b.example"));
        accepted(tls(443, "a.example"), tls(8443, "a.example"));
        accepted(tls(443, "a.example"), tls(443));
    }

    private Answer listeners(String... listeners) {
        return api.create(base.withListeners(listeners));
    }

    private void accepted(String... listeners) {
        var name = "lb-" + System.nanoTime();
        api.create(base.with("/name", '"' + name + '"').withListeners(listeners)).isOk();
    }

    private static String plain(int port, String protocol) {
        return listener(port, protocol, Map.of());
    }

    private static String tls(int port, String... domains) {
        if (domains.length == 0) {
            return plain(port, "TLS_PASSTHROUGH");
        }
        var names =
                java.util.Arrays.stream(domains)
                        .map(domain -> "{\"name\":\"" + domain + "\"}")
                        .collect(Collectors.joining(",", "[", "]"));
        return listener(port, "TLS_PASSTHROUGH", Map.of("serverNameIndicators", names));
    }

    @ParameterizedTest
    @CsvSource({
        "TCP, tcp, 3601s",
        "TCP, tcp, 5m",
        "TCP, tcp, -1s",
        "TCP, tcp, 0s",
        "UDP, udp, 121s"
    })
    void idleTimeoutOutOfBoundsIsRefused(String protocol, String options, String timeout) {
        listeners(idle(protocol, options, timeout))
                .blames("/listeners/0/" + options + "/idleTimeout");
    }

    @ParameterizedTest
    @CsvSource({"TCP, tcp, 3600s", "UDP, udp, 120s", "TCP_PROXY, tcp, 0.50s"})
    void idleTimeoutIsEchoedAsItWasSpelled(String protocol, String options, String timeout) {
        listeners(idle(protocol, options, timeout)).isOk();
        assertThat(api.get("load-balancers/lb").string("/listeners/0/" + options + "/idleTimeout"))
                .isEqualTo(timeout);
    }

    private static String idle(String protocol, String options, String timeout) {
        return listener(80, protocol, Map.of(options, "{\"idleTimeout\":\"" + timeout + "\"}"));
    }

    @Test
    void labelsAreBoundAndEchoed() {
        api.create(base.with("/labels", "{\"stackit-a\":\"x\"}")).blames("/labels/stackit-a");
        api.create(base.with("/labels", "{\"a/b\":\"x\"}")).blames("/labels/a~1b");
        api.create(base.with("/labels", "{\"" + "k".repeat(64) + "\":\"x\"}")).isProblem(400, 3);
        api.create(base.with("/labels", "{\"k\":\"" + "v".repeat(64) + "\"}")).blames("/labels/k");
        var many =
                IntStream.range(0, 65)
                        .mapToObj(i -> "\"k" + i + "\":\"\"")
                        .collect(Collectors.joining(",", "{", "}"));
        api.create(base.with("/labels", many)).blames("/labels");
        var longest = "{\"empty\":\"\",\"" + "k".repeat(63) + "\":\"" + "v".repeat(63) + "\"}";
        api.create(base.with("/labels", longest)).isOk();
        assertThat(api.get("load-balancers/lb").json().path("labels"))
                .isEqualTo(JsonMapper.shared().readTree(longest));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'httpHealthChecks':{'tls':{'enabled':true,'skipCertificateValidation':true,"
                        + "'customCa':'QQ=='}}} | /httpHealthChecks/tls/customCa",
                "{'httpHealthChecks':{'tls':{'customCa':'QQ=='}}} |"
                        + " /httpHealthChecks/tls/customCa",
                "{'httpHealthChecks':{'okStatuses':['302']}} | /httpHealthChecks/okStatuses/0",
                "{'healthyThreshold':-1} | /healthyThreshold",
                "{'healthyThreshold':1000001} | /healthyThreshold",
                "{'unhealthyThreshold':-1} | /unhealthyThreshold",
                "{'unhealthyThreshold':1000001} | /unhealthyThreshold",
                "{'altPort':70000} | /altPort"
            },
            quoteCharacter = '`')
    void healthCheckThatCannotBeIsRefused(String check, String blamed) {
        api.create(base.with(CHECK, check.replace('\'', '"'))).blames(CHECK + blamed);
    }

    @Test
    void fullHealthCheckIsEchoedVerbatim() {
        var check =
                """
                {"healthyThreshold":4,"unhealthyThreshold":2,"interval":"12s","intervalJitter":"7s",
                 "timeout":"15.50s","altPort":8090,"httpHealthChecks":{"path":"/healthz?a=b",
                 "okStatuses":["200","204"],"tls":{"enabled":true,"skipCertificateValidation":true}}}
                """;
        api.create(base.with(CHECK, check)).isOk();
        assertThat(api.get("load-balancers/lb").json().at(CHECK))
                .isEqualTo(JsonMapper.shared().readTree(check));
    }
}
