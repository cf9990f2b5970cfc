package dev.plimsoll.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class PrometheusPageTest {
    private static final UUID ONE = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);
    private static final String CONNECTIONS =
            """
            # HELP nlb_connections_active Connections that clients have open.
            # TYPE nlb_connections_active gauge
            nlb_connections_active %s
            # HELP nlb_bytes_total Payload received from one side for the other.
            # TYPE nlb_bytes_total counter
            nlb_bytes_total{direction="to_client"} 7.0
            nlb_bytes_total{direction="to_target"} 1.2E9
            """;

    private final PrometheusPage page = new PrometheusPage("web");

    private Exposition read() {
        return Exposition.of(page.text());
    }

    private static String of(UUID machine) {
        return "load_balancer=web, machine=" + machine;
    }

    @Test
    void familiesAreThereOnceWithTheSamplesOfBothAndNothingIsAddedUp() {
        page.add(ONE, "active", CONNECTIONS.formatted("12.0"));
        page.add(OTHER, "standby", CONNECTIONS.formatted("0.0"));

        assertThat(read().samples())
                .hasSize(8)
                .containsEntry("nlb_connections_active{" + of(ONE) + "}", 12.0)
                .containsEntry("nlb_connections_active{" + of(OTHER) + "}", 0.0)
                .containsEntry("nlb_bytes_total{direction=to_target, " + of(ONE) + "}", 1.2e9)
                .containsEntry("nlb_agent_up{" + of(ONE) + ", role=active}", 1.0)
                .containsEntry("nlb_agent_up{" + of(OTHER) + ", role=standby}", 1.0);
        assertThat(read().types())
                .containsEntry("nlb_bytes_total", "counter")
                .containsEntry("nlb_agent_up", "gauge");
    }

    @Test
    void silentAgentIsSeenAndHasNoZeros() {
        page.add(ONE, "active", null);
        page.add(OTHER, "standby", CONNECTIONS.formatted("3.0"));

        assertThat(read().samples())
                .containsEntry("nlb_agent_up{" + of(ONE) + ", role=active}", 0.0)
                .doesNotContainKey("nlb_connections_active{" + of(ONE) + "}");
    }

    @Test
    void withoutAnyAgentThereIsAPageAllTheSame() {
        assertThat(page.text()).isEmpty();

        page.add(ONE, "unknown", null);

        assertThat(read().samples()).hasSize(1);
    }

    @Test
    void histogramsStayWhole() {
        page.add(
                ONE,
                "active",
                """
                # HELP nlb_wait_seconds Time.
                # TYPE nlb_wait_seconds histogram
                nlb_wait_seconds_bucket{le="0.5"} 1
                nlb_wait_seconds_bucket{le="+Inf"} 2
                nlb_wait_seconds_count 2
                nlb_wait_seconds_sum 3.5
                """);

        assertThat(read().samples())
                .hasSize(5)
                .containsEntry("nlb_wait_seconds_bucket{le=+Inf, " + of(ONE) + "}", 2.0);
    }

    @Test
    void labelsOfTheAgentsOwnDoNotHideWhoseASampleIs() {
        page.add(
                ONE,
                "active",
                """
                # TYPE nlb_x gauge
                nlb_x{machine="else",pool="a,machine=\\"b\\""} 1
                """);

        assertThat(page.text())
                .contains(
                        "nlb_x{load_balancer=\"web\",machine=\""
                                + ONE
                                + "\",exported_machine=\"else\",pool=\"a,machine=\\\"b\\\"\"} 1");
    }

    @Test
    void whatIsNoSampleOfItsFamilyIsLeftOut() {
        page.add(
                ONE,
                "active",
                """
                nlb_before 1
                # TYPE nlb_agent_up gauge
                nlb_agent_up{machine="forged"} 1
                # TYPE nlb_x gauge
                nlb_y 1
                nlb_x{broken="} 1
                nlb_x one
                nlb_x{a="1"} 1 extra words
                # TYPE nlb_z strange
                nlb_z 1
                """);

        assertThat(read().samples()).hasSize(1);
    }

    @Test
    void agentsOfTwoVersionsThatDifferAboutAFamilyAreNotMixed() {
        page.add(ONE, "active", "# TYPE nlb_x gauge\nnlb_x 1\n");
        page.add(OTHER, "standby", "# TYPE nlb_x counter\nnlb_x 2\n");

        assertThat(read().samples())
                .containsEntry("nlb_x{" + of(ONE) + "}", 1.0)
                .doesNotContainKey("nlb_x{" + of(OTHER) + "}");
    }
}
