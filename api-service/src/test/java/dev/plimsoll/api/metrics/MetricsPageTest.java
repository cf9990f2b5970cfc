package dev.plimsoll.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.AnsweringAgents;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.InParallel;
import dev.plimsoll.api.support.Payload;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a tenant's Prometheus gets. */
class MetricsPageTest extends ApiTest {
    private static final String PATH = "load-balancers/web/metrics";

    /** As Prometheus 2 and 3 send it. */
    private static final String ACCEPT =
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "application/openmetrics-text;version=0.0.1;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,"
                + "*/*;q=0.2";

    private static final String PAGE =
            """
            {"page": "# HELP nlb_connections_active Open.\\n# TYPE nlb_connections_active gauge\\nnlb_connections_active 12.0\\n"}
            """;

    private UUID active;
    private UUID standby;
    private AnsweringAgents agents;

    @BeforeEach
    void twoAgents() throws InterruptedException {
        api.create(Payload.onStaticAddress("web")).isOk();
        var id = world.id(project.projectId(), "web");
        standby = world.hasAgent(id, 0, "STANDBY", 4711);
        active = world.hasAgent(id, 1, "ACTIVE", 4712);
        agents = new AnsweringAgents(database, jdbc);
    }

    @AfterEach
    void nobodyAnswers() {
        agents.close();
    }

    @Test
    void readersTokenScrapesBothAgentsInOnePage() {
        agents.answer(active, PAGE);
        agents.answer(standby, PAGE);

        var answer =
                with(project.readerToken())
                        .get(PATH, "Accept", ACCEPT, "Accept-Encoding", "gzip")
                        .isOk();

        assertThat(answer.header("Content-Type"))
                .startsWith("text/plain")
                .contains("version=0.0.4");
        assertThat(Exposition.of(answer.text()).samples())
                .hasSize(4)
                .containsEntry(
                        "nlb_connections_active{load_balancer=web, machine=" + active + "}", 12.0)
                .containsEntry(
                        "nlb_agent_up{load_balancer=web, machine=" + standby + ", role=standby}",
                        1.0);
    }

    @Test
    void agentsThatAreNotConnectedOrDoNotAnswerAreDown() {
        agents.answer(active, "{}");
        world.isCutOff(standby);

        var samples = Exposition.of(api.get(PATH).isOk().text()).samples();

        assertThat(samples.values()).containsExactly(0.0, 0.0);
        assertThat(agents.asked(standby)).isZero();
    }

    @Test
    void manyWhoReadAtOnceAskTheAgentsOnce() {
        agents.answer(active, PAGE);
        agents.answer(standby, PAGE);

        InParallel.all(8, () -> api.get(PATH).isOk());

        assertThat(agents.asked(active)).isEqualTo(1);
    }

    @Test
    void strangersAndUnknownNamesAreRefused() {
        with(anotherProject().readerToken()).get(PATH).isProblem(403, 7);
        with("").get(PATH, "Accept", ACCEPT).isProblem(401, 16);
        api.get("load-balancers/other/metrics", "Accept", ACCEPT).isProblem(404, 5);
        assertThat(agents.asked(active)).isZero();
    }
}
