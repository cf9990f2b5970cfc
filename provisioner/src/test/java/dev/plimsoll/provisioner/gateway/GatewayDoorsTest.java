package dev.plimsoll.provisioner.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.ca.AgentIdentity;
import dev.plimsoll.provisioner.ca.CertificateAuthority;
import dev.plimsoll.provisioner.ca.Enrolments;
import java.io.IOException;
import java.net.Socket;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** Who is let in, and who is not. */
class GatewayDoorsTest extends GatewayScene {
    @Test
    void spentTokenIsRefusedAndCounted() {
        var bootstrap = bootstrap(machine(0));
        assertThat(agent(bootstrap).enrol().statusCode()).isEqualTo(200);

        assertThat(agent(bootstrap).enrol().statusCode()).isEqualTo(403);

        assertThat(refused("token_spent")).isEqualTo(1);
    }

    @Test
    void garbageAtTheEnrolmentDoorIsRefused() {
        assertThat(agent(0).enrol("x".repeat(100_000)).statusCode()).isEqualTo(403);
        assertThat(agent(1).enrol("").statusCode()).isEqualTo(403);
    }

    @Test
    void strangersCertificateIsRefusedInTheHandshakeAndCounted() {
        var stranger = agent(0);
        try (var elsewhere = new Ground()) {
            var id = elsewhere.order("web", Orders.ephemeral(80, "127.0.0.1"));
            var machine = machine(elsewhere, id, 0);
            var clock = InstantSource.system();
            var authority =
                    new CertificateAuthority(
                            elsewhere.database(), folder.resolve("other"), caSettings(), clock);
            authority.load();
            var enrolments =
                    new Enrolments(elsewhere.database(), authority, caSettings(), meters, clock);
            var token = enrolments.newToken(new AgentIdentity(machine.id(), 1));
            stranger.key()
                    .certificate(
                            enrolments.enrol(token, stranger.key().requestPem()).orElseThrow());
        }

        assertThatThrownBy(stranger::dial).isNotNull();

        await().atMost(LIMIT).until(() -> refused("certificate") >= 1);
    }

    @Test
    void agentWithoutACertificateGetsNoStream() {
        assertThatThrownBy(() -> agent(0).dial()).isNotNull();
        assertThat(refused("no_certificate")).isEqualTo(1);
    }

    @Test
    void machineThatIsNotWantedGetsNoStream() throws Exception {
        var agent = agent(0);
        agent.enrol();
        ground.sql().sql("update machine set state = 'DRAINING'").update();

        assertThatThrownBy(agent::dial).isNotNull();

        assertThat(refused("not_wanted")).isEqualTo(1);
    }

    @Test
    void certificateOfAnEarlierIncarnationGetsNoStream() {
        var agent = agent(0);
        agent.enrol();
        ground.sql().sql("update machine set incarnation = incarnation + 1").update();

        assertThatThrownBy(agent::dial).isNotNull();

        assertThat(refused("incarnation")).isEqualTo(1);
    }

    @Test
    void clientWithoutTlsIsRefusedAndCounted() throws IOException {
        try (var socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream().write("GET /v1/stream HTTP/1.1\r\n\r\n".getBytes(UTF_8));
            socket.setSoTimeout((int) LIMIT.toMillis());

            assertThat(socket.getInputStream().readAllBytes())
                    .as("a TLS alert at most")
                    .hasSizeLessThan(10);
        }
        await().atMost(LIMIT).until(() -> refused("plain_text") == 1);
    }

    @Test
    void addressThatFailsToEnrolTooOftenIsNotListenedToForAWhile() {
        var agent = agent(0);
        for (int i = 0; i < FAILURES; i++) {
            assertThat(agent.enrol("guess-" + i).statusCode()).isEqualTo(403);
        }

        assertThat(agent.enrol().statusCode()).isEqualTo(429);

        assertThat(refused("token_unknown")).isEqualTo(FAILURES);
        assertThat(refused("throttled")).isEqualTo(1);
    }

    @Test
    void revokedCertificateGetsNoStream() {
        var agent = agent(0);
        agent.enrol();
        ground.sql().sql("update agent_certificate set revoked_at = now()").update();

        assertThatThrownBy(agent::dial).isNotNull();

        assertThat(refused("revoked")).isEqualTo(1);
    }

    @Test
    void helloOfAnotherMachineEndsTheStream() throws Exception {
        var one = agent(0);
        one.enrol();
        var other = agent(1);

        one.dial(other.hello());

        await().atMost(LIMIT).until(one::isClosed);
        assertThat(dropped("identity")).isEqualTo(1);
        assertThat(ground.count("agent_status", loadBalancer)).isZero();
    }

    @Test
    void anythingBeforeHelloEndsTheStream() throws Exception {
        var agent = agent(0);
        agent.enrol();

        agent.dial(new AgentMessage.Heartbeat(1));

        await().atMost(LIMIT).until(agent::isClosed);
        assertThat(dropped("protocol")).isEqualTo(1);
    }

    @Test
    void garbageEndsTheStream() throws Exception {
        var agent = connected(0);

        agent.sayText("{\"type\":\"Nonsense\"}");

        await().atMost(LIMIT).until(agent::isClosed);
        assertThat(dropped("protocol")).isEqualTo(1);
    }

    @Test
    void certificateIsRenewedOverAnAuthenticatedConnectionOnly() {
        var agent = agent(0);
        assertThat(agent.renew().statusCode()).isEqualTo(403);
        assertThat(refused("no_certificate")).isEqualTo(1);
        agent.enrol();

        assertThat(agent.renew().statusCode()).isEqualTo(200);
    }
}
