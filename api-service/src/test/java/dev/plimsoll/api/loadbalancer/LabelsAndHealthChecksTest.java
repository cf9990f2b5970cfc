package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class LabelsAndHealthChecksTest extends ApiTest {
    private static final String CHECK = "/targetPools/0/activeHealthCheck";
    private final Payload base = Payload.onPrivateAddress("lb");

    @ParameterizedTest
    @ValueSource(strings = {"stackit-a", "a/b", "-a", "a-", "", "é"})
    void wrongLabelKeyIsRefused(String key) {
        api.create(base.with("/labels", "{\"" + key + "\":\"v\"}")).isProblem(400, 3);
    }

    @Test
    void labelsAreBoundAndEchoed() {
        api.create(base.with("/labels", labels(65))).blames("/labels");
        api.create(base.with("/labels", "{\"" + "k".repeat(64) + "\":\"\"}")).isProblem(400, 3);
        api.create(base.with("/labels", "{\"k\":\"" + "v".repeat(64) + "\"}")).blames("/labels/k");
        var longest = "{\"empty\":\"\",\"" + "k".repeat(63) + "\":\"" + "v".repeat(63) + "\"}";
        var created = api.create(base.with("/labels", longest)).isOk();
        assertThat(created.json().path("labels"))
                .isEqualTo(JsonMapper.builder().build().readTree(longest));
    }

    private static String labels(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> "\"k" + i + "\":\"v\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"healthyThreshold\":-1} | /healthyThreshold",
                "{\"healthyThreshold\":0} | /healthyThreshold",
                "{\"unhealthyThreshold\":1000001} | /unhealthyThreshold",
                "{\"altPort\":70000} | /altPort",
                "{\"interval\":\"0s\"} | /interval",
                "{\"interval\":\"300\"} | /interval",
                "{\"intervalJitter\":\"-1s\"} | /intervalJitter",
                "{\"timeout\":\"1h\"} | /timeout",
                "{\"httpHealthChecks\":{\"okStatuses\":[\"302\"]}} |"
                        + " /httpHealthChecks/okStatuses/0",
                "{\"httpHealthChecks\":{\"okStatuses\":[\"ok\"]}} | /httpHealthChecks/okStatuses/0",
                "{\"httpHealthChecks\":{\"path\":\"x\"}} | /httpHealthChecks/path",
                "{\"httpHealthChecks\":{\"path\":\"/ HTTP/1.1\"}} | /httpHealthChecks/path",
                "{\"httpHealthChecks\":{\"tls\":{\"customCa\":\"QQ==\"}}} |"
                        + " /httpHealthChecks/tls/customCa",
                "{\"httpHealthChecks\":{\"tls\":{\"enabled\":true,\"customCa\":\"QQ==\"}}} |"
                        + " /httpHealthChecks/tls/customCa",
                "{\"httpHealthChecks\":{\"tls\":{\"enabled\":true,\"skipCertificateValidation\":true,\"customCa\":\"QQ==\"}}}"
                    + " | /httpHealthChecks/tls/customCa",
                "{\"httpHealthChecks\":{\"tls\":{\"skipCertificateValidation\":true}}} |"
                        + " /httpHealthChecks/tls/skipCertificateValidation"
            })
    void wrongHealthCheckIsNamed(String check, String blamed) {
        api.create(base.with(CHECK, check)).blames(CHECK + blamed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"interval\":\"3s\",\"intervalJitter\":\"3s\",\"timeout\":\"15.50s\"}",
                "{\"httpHealthChecks\":{}}",
                """
                {"healthyThreshold":1,"unhealthyThreshold":1000000,"interval":"12s","intervalJitter":"0s",
                 "timeout":"15s","altPort":65535,"httpHealthChecks":{"path":"/a?b=c","okStatuses":["200","299"],
                 "tls":{"enabled":true,"skipCertificateValidation":false}}}
                """
            })
    void validHealthCheckIsEchoedVerbatim(String check) {
        api.create(base.with(CHECK, check)).isOk();
        assertThat(api.get("load-balancers/lb").json().at(CHECK))
                .isEqualTo(JsonMapper.builder().build().readTree(check));
    }
}
