package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More than there is room for. */
@Timeout(60)
class OverloadTest {
    private final List<Socket> clients = new ArrayList<>();

    @Test
    void floodOfSilentClientsOnOneListenerLeavesRoomOnTheOthers() throws Exception {
        int limit = 200;
        int kept = limit / 40;
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int flooded = EngineFixture.freePort();
            int calm = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .maxConnections(limit)
                            .listener(flooded, "a")
                            .listener(calm, "a")
                            .pool("a", target.config()));
            for (int i = 0; i < limit + 20; i++) {
                clients.add(EngineFixture.connect(flooded));
            }
            var meters = fixture.engine.meters();
            await().until(() -> meters.rejected(Rejection.MAX_CONNECTIONS) == 20 + kept);
            await().until(() -> meters.opened() == limit - kept);

            for (int i = 0; i < kept; i++) {
                assertThat(echoes(calm)).isTrue();
            }

            assertThat(fixture.engine.activeConnections()).isEqualTo(limit);
            closeClients();
        }
    }

    @Test
    void connectionsThatWaitForATargetAreLimited() throws Exception {
        var options =
                new EngineOptions(
                        1,
                        64,
                        Duration.ofSeconds(30),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(1),
                        10,
                        10,
                        EngineOptions.Flows.DEFAULTS);
        try (var full = new FullBacklog();
                var events = EngineFixture.standby();
                var engine = Engine.start(options, events)) {
            int port = EngineFixture.freePort();
            engine.listen(Duration.ZERO);
            engine.apply(
                    Configs.revision(1)
                            .listener(port, "a")
                            .pool("a", (HealthCheckConfig) null, full.config())
                            .build(),
                    "hash");

            for (int i = 0; i < options.connecting() + 5; i++) {
                clients.add(EngineFixture.connect(port));
            }

            await().until(() -> engine.meters().rejected(Rejection.TOO_MANY_CONNECTING) == 5);
            assertThat(engine.connectingConnections()).isEqualTo(options.connecting());
            engine.close();
            assertThat(engine.connectingConnections()).isZero();
            assertThat(engine.activeConnections()).isZero();
            closeClients();
        }
    }

    @Test
    void engineWithoutDescriptorsRestsAndThenServesWhoeverWaited() throws Exception {
        try (var target = TargetServer.echo();
                var child = EngineInChild.start(EngineFixture.freePort(), target.port(), 256)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> echoesOrIsRefused(child.port()));
            closeClients();
            child.takeAllDescriptors();
            for (int i = 0; i < 20; i++) {
                clients.add(EngineFixture.connect(child.port())); // into the kernel's queue
            }
            await().until(() -> child.acceptFailures() > 3);

            var before = child.cpu();
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            assertThat(child.cpu().minus(before))
                    .as("of two seconds")
                    .isLessThan(Duration.ofSeconds(1));

            child.freeDescriptors();
            for (var client : clients) {
                client.getOutputStream().write('!');
                assertThat(client.getInputStream().read()).isEqualTo('!');
            }
            closeClients();
        }
    }

    private boolean echoesOrIsRefused(int port) {
        try {
            return echoes(port);
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean echoes(int port) throws IOException {
        var client = EngineFixture.connect(port);
        clients.add(client);
        client.getOutputStream().write('!');
        return client.getInputStream().read() == '!';
    }

    private void closeClients() throws IOException {
        for (var client : clients) {
            client.close();
        }
        clients.clear();
    }
}
