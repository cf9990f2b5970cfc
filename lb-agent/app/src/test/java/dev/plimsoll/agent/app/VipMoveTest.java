package dev.plimsoll.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.app.FakeGateway.Stream;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigApplied;
import dev.plimsoll.agent.protocol.AgentMessage.HealthChanged;
import dev.plimsoll.agent.protocol.AgentMessage.Heartbeat;
import dev.plimsoll.agent.protocol.AgentMessage.Hello;
import dev.plimsoll.agent.protocol.AgentMessage.PeerHeard;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.AgentMessage.RoleChanged;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import dev.plimsoll.agent.protocol.GatewayMessage.ClaimVip;
import dev.plimsoll.agent.protocol.GatewayMessage.Drain;
import dev.plimsoll.agent.protocol.GatewayMessage.YieldVip;
import dev.plimsoll.agent.protocol.VipOwnership;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The VIP moves on order between whole agents. {@code -Dplimsoll.vip.busy=1000} and {@code
 * -Dplimsoll.vip.visits=200} make the crowd larger.
 */
@Timeout(180)
class VipMoveTest {
    private static final int BUSY = Integer.getInteger("plimsoll.vip.busy", 50);
    private static final int VISITS = Integer.getInteger("plimsoll.vip.visits", 100);
    private static final int MOVES = Integer.getInteger("plimsoll.vip.moves", 6);
    private static final YieldVip ORDER = new YieldVip("The test moves the VIP.", 30_000);
    private static TestAuthority authority;

    private final UUID loadBalancer = UUID.randomUUID();

    // Kept after a failure: the agents' logs are there.
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private FakeGateway gateway;
    private EchoTarget target;
    private AgentProcess agent;
    private AgentProcess peer;

    @BeforeAll
    static void newAuthority() throws Exception {
        authority = new TestAuthority();
    }

    @BeforeEach
    void prepare() throws Exception {
        gateway = new FakeGateway(authority, 0);
        target = new EchoTarget(loadBalancer);
        target.maxConnections = 2 * (BUSY + VISITS);
        var lock = new VipOwnership.FileLock(folder.resolve("lock").toString());
        agent = process("agent", lock);
        peer = process("peer", lock);
    }

    private AgentProcess process(String name, VipOwnership vip) throws Exception {
        return AgentProcess.in(folder.resolve(name), loadBalancer, authority, gateway.port(), vip);
    }

    @AfterEach
    void end() throws Exception {
        agent.close();
        peer.close();
        gateway.close();
        target.close();
    }

    @Test
    void vipThatMovesOnOrderRefusesNobodyAndBreaksNoConnection() throws Exception {
        var active = started(agent);
        await().until(target::answers);
        var standby = started(peer);
        try (var crowd = new Crowd(target.port, BUSY, VISITS)) {
            for (int i = 0; i < MOVES; i++) {
                int before = crowd.visits();
                active.say(ORDER);
                assertThat(standby.next(RoleChanged.class).role()).isEqualTo(Role.ACTIVE);
                assertThat(active.next(RoleChanged.class).role()).isEqualTo(Role.STANDBY);
                active.say(new ClaimVip());
                await().until(() -> crowd.visits() > before + VISITS / 4);
                var other = active;
                active = standby;
                standby = other;
            }

            assertThat(crowd.failures()).isEmpty();
            assertThat(crowd.words()).isPositive();
        }
        assertThat(agent.logged()).doesNotContain("ERROR");
    }

    @Test
    void agentThatIsStoppedRefusesNobody() throws Exception {
        started(agent);
        await().until(target::answers);
        var standby = started(peer);
        try (var crowd = new Crowd(target.port, 0, VISITS)) {
            await().until(() -> crowd.visits() > VISITS / 4);

            agent.terminate();

            assertThat(agent.exitCode()).isZero();
            assertThat(standby.next(RoleChanged.class).role()).isEqualTo(Role.ACTIVE);
            int before = crowd.visits();
            await().until(() -> crowd.visits() > before + VISITS / 4);
            assertThat(crowd.failures()).isEmpty();
        }
    }

    @Test
    void agentThatIsToYieldServesOnUntilThereIsAPeer() throws Exception {
        var active = started(agent);
        await().until(target::answers);

        active.say(ORDER);
        await().until(() -> agent.logged().contains("Leaving the VIP to the peer"));
        assertThat(target.answers()).isTrue();
        var standby = started(peer);

        assertThat(standby.next(RoleChanged.class).role()).isEqualTo(Role.ACTIVE);
        assertThat(active.next(RoleChanged.class).role()).isEqualTo(Role.STANDBY);
        peer.kill();
        assertThat(active.next(RoleChanged.class).role()).isEqualTo(Role.ACTIVE);
        await().until(target::answers);
    }

    @Test
    void drainingAgentKeepsItsConnectionsAndNeverTakesTheVipAgain() throws Exception {
        var active = started(agent);
        await().until(target::answers);
        var standby = started(peer);
        try (var established = EchoTarget.connect(target.port)) {
            assertThat(EchoTarget.speaks(established)).isTrue();

            active.say(new Drain("The machine has been replaced."));

            assertThat(standby.next(RoleChanged.class).role()).isEqualTo(Role.ACTIVE);
            assertThat(active.next(RoleChanged.class).role()).isEqualTo(Role.STANDBY);
            assertThat(EchoTarget.speaks(established)).isTrue();
            await().until(() -> active.next(Heartbeat.class).activeConnections() == 1);
            peer.kill();
            await().until(() -> !target.answers());
            assertThat(EchoTarget.speaks(established)).isTrue();
        }
        await().until(() -> active.next(Heartbeat.class).activeConnections() == 0);
    }

    @Test
    void roleAndTrackFileFollowTheFifoThatThisTestWritesInPlaceOfKeepalived() throws Exception {
        var fifo = folder.resolve("role");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        var track = folder.resolve("track");
        agent = process("kept", new VipOwnership.Keepalived(fifo.toString(), track.toString()));
        agent.start();
        var stream = gateway.nextStream();
        assertThat(((Hello) stream.first()).role()).isEqualTo(Role.STANDBY);
        assertThat(track).content().isEqualTo("1\n");

        stream.push(target.config(1));
        stream.next(ConfigApplied.class);

        await().untilAsserted(() -> assertThat(track).content().isEqualTo("0\n"));
        await().until(target::answers); // it listens although it is not active
        try (var keepalived = Files.newOutputStream(fifo, StandardOpenOption.WRITE)) {
            keepalived.write("INSTANCE \"lb\" BACKUP 253\n".getBytes());
            keepalived.write("GROUP \"lbs\" MASTER 253\nINSTANCE \"lb\" MASTER 253\n".getBytes());
            assertThat(stream.next(RoleChanged.class).role()).isEqualTo(Role.ACTIVE);

            stream.say(new YieldVip("The test moves the VIP.", 500));
            await().untilAsserted(() -> assertThat(track).content().isEqualTo("1\n"));
            keepalived.write("INSTANCE \"lb\" FAULT 253\n".getBytes());
            assertThat(stream.next(RoleChanged.class).role()).isEqualTo(Role.STANDBY);
            assertThat(target.answers()).isTrue();
            keepalived.write("INSTANCE \"lb\" HEARS 0\n".getBytes());
            stream.next(PeerHeard.class);

            // The gateway is gone for longer than its order may stand.
            gateway.close();
            await().untilAsserted(() -> assertThat(track).content().isEqualTo("0\n"));

            // A supervisor that took the agent for dead is put right.
            Files.writeString(track, "1\n");
            await().untilAsserted(() -> assertThat(track).content().isEqualTo("0\n"));

            keepalived.write("INSTANCE \"lb\" MASTER 253\n".getBytes());
            await().until(() -> agent.logged().contains("Active"));
            agent.terminate();
            await().untilAsserted(() -> assertThat(track).content().isEqualTo("1\n"));
            assertThat(target.answers()).isTrue();
            keepalived.write("INSTANCE \"lb\" STOP 253\n".getBytes());
        }
        assertThat(agent.exitCode()).isZero();
        assertThat(target.answers()).isFalse();
    }

    /** Ready to serve: its configuration is in force and its target was found healthy. */
    private Stream started(AgentProcess process) throws Exception {
        process.start();
        var stream = gateway.nextStream();
        stream.push(target.config(1));
        stream.next(ConfigApplied.class);
        await().until(() ->
                stream.next(HealthChanged.class).targets().stream()
                        .anyMatch(t -> t.state() == State.HEALTHY));
        return stream;
    }
}
