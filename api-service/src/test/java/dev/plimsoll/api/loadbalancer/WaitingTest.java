package dev.plimsoll.api.loadbalancer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitingTest extends ApiTest {
    private static final Executor THREADS = Thread::startVirtualThread;
    private final Payload payload = Payload.onStaticAddress("web");
    private UUID id;
    private String version;

    @BeforeEach
    void readyLoadBalancer() {
        version = api.create(payload).isOk().version();
        id = world.id(project.projectId(), "web");
        world.serves(id);
    }

    @Test
    void updateAnswersReadyOnceTheAgentServesIt() throws Exception {
        var answer = updateInBackground("wait=20");
        whenWritten(2);
        assertThat(answer).isNotDone();
        world.serves(id);
        assertThat(answer.get(5, SECONDS).isOk().string("/status")).isEqualTo("STATUS_READY");
    }

    @Test
    void waitingHoldsNoConnection() throws Exception {
        var waiting =
                java.util.stream.IntStream.range(0, POOL + 5)
                        .mapToObj(i -> "lb-" + i)
                        .map(name ->
                                CompletableFuture.supplyAsync(
                                        () ->
                                                api.create(
                                                        Payload.onPrivateAddress(name),
                                                        "Prefer",
                                                        "wait=20"),
                                        THREADS))
                        .toList();
        await().until(() ->
                api.get("load-balancers").json().path("loadBalancers").size() == POOL + 6);
        api.get("load-balancers/web").isOk();
        for (int i = 0; i < waiting.size(); i++) {
            world.serves(world.id(project.projectId(), "lb-" + i));
        }
        for (var answer : waiting) {
            assertThat(answer.get(10, SECONDS).isOk().string("/status")).isEqualTo("STATUS_READY");
        }
    }

    @Test
    void updateAnswersPendingWhenPatienceEnds() {
        var started = System.nanoTime();
        var answer = update();
        assertThat(answer.isOk().string("/status")).isEqualTo("STATUS_PENDING");
        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isBetween(Duration.ofMillis(950), Duration.ofSeconds(4));
    }

    @Test
    void impossibleUpdateAnswersItsErrorsWithoutWaitingLonger() throws Exception {
        var answer = updateInBackground("wait=20");
        whenWritten(2);
        world.cannotServe(id, "TYPE_FIP_NOT_CONFIGURED", "192.0.2.5:81 is taken");
        var error = answer.get(5, SECONDS).isOk();
        assertThat(error.string("/status")).isEqualTo("STATUS_ERROR");
        assertThat(error.string("/errors/0/type")).isEqualTo("TYPE_FIP_NOT_CONFIGURED");
        assertThat(error.string("/errors/0/description")).isEqualTo("192.0.2.5:81 is taken");
    }

    @Test
    void supersededUpdateAnswersItsOwnVersion() throws Exception {
        var first = updateInBackground("wait=20");
        whenWritten(2);
        var between = api.get("load-balancers/web").version();
        var second =
                api.put(
                        "load-balancers/web",
                        payload.at(between).with("/listeners/0/port", "82"),
                        "Prefer",
                        "wait=0");
        world.serves(id);
        var answer = first.get(5, SECONDS).isOk();
        assertThat(answer.version()).isEqualTo(between).isNotEqualTo(second.version());
        assertThat(answer.json().at("/listeners/0/port").asInt()).isEqualTo(81);
    }

    @Test
    void wrongPatienceIsRefusedAndOtherPreferencesIgnored() {
        for (var wrong : new String[] {"wait=61", "wait=-1", "wait=x", "wait="}) {
            api.put("load-balancers/web", payload.at(version), "Prefer", wrong)
                    .blames("#header/Prefer");
        }
        api.put("load-balancers/web", payload.at(version), "Prefer", "return=minimal").isOk();
    }

    private Answer update(String... headers) {
        return api.put(
                "load-balancers/web", payload.at(version).with("/listeners/0/port", "81"), headers);
    }

    private CompletableFuture<Answer> updateInBackground(String prefer) {
        return CompletableFuture.supplyAsync(() -> update("Prefer", prefer), THREADS);
    }

    private void whenWritten(long generation) {
        await().until(() ->
                jdbc.sql("SELECT generation FROM load_balancer WHERE id = ?")
                                .param(id)
                                .query(Long.class)
                                .single()
                        == generation);
    }
}
