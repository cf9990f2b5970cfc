package dev.plimsoll.provisioner.driver.netns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.testing.OwnNamespace;
import dev.plimsoll.testing.RawLink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who can say of itself that it is somebody else, tried with frames made by hand. */
class SpoofedFramesTest extends NetworkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String END = "end";

    /** What is sent, by what it says. */
    private final Map<String, byte[]> frames = new LinkedHashMap<>();

    @Test
    void serversSpeakUnderTheirOwnAddressesAlone() throws IOException {
        arrange(wanted(true, Set.of(RED)));
        var own = mac(redId);
        frames.put("own address", Frame.ip(own, RED));
        frames.put("own claim", Frame.arp(own, own, RED));
        frames.put("question before it has an address", Frame.arp(own, own, "0.0.0.0"));
        frames.put("a neighbour's address", Frame.ip(own, BLUE));
        frames.put("a machine's address", Frame.ip(own, address(pair.getFirst())));
        frames.put("the VIP's address", Frame.ip(own, PRIVATE_VIP));
        frames.put("a neighbour's link address", Frame.ip(mac(blueId), RED));
        frames.put("claim of a neighbour's address", Frame.arp(own, own, BLUE));
        frames.put("claim of the VIP", Frame.arp(own, own, PRIVATE_VIP));
        frames.put("claim for somebody else", Frame.arp(own, mac(blueId), RED));
        frames.put("claim under another link address", Frame.arp(mac(blueId), own, RED));
        frames.put("another protocol", Frame.of(own, 0x86dd));
        frames.put("a tagged frame", Frame.of(own, 0x8100));

        assertThat(heard(red.namespace(), "eth0", blue.namespace(), "eth0"))
                .containsExactly(
                        "own address", "own claim", "question before it has an address", END);
    }

    @Test
    void bothMachinesMayClaimTheirVipsAndNothingElse() throws IOException {
        arrange(wanted(true, Set.of(RED)));
        for (var machine : pair) {
            frames.clear();
            var own = mac(machine.id().value());
            var peer = pair.get(1 - machine.slot());
            frames.put("own address", Frame.ip(own, address(machine)));
            frames.put("claim of the VIP", Frame.arp(own, own, PRIVATE_VIP));
            frames.put("the VIP's address", Frame.ip(own, PRIVATE_VIP));
            frames.put("the peer's address", Frame.ip(own, address(peer)));
            frames.put("claim of the peer's address", Frame.arp(own, own, address(peer)));
            frames.put("claim of a server's address", Frame.arp(own, own, RED));
            frames.put("claim of another VIP", Frame.arp(own, own, "10.250.128.8"));
            frames.put("the external VIP's address", Frame.ip(own, VIP));

            assertThat(heard(inside(machine), "net0", blue.namespace(), "eth0"))
                    .containsExactly("own address", "claim of the VIP", "the VIP's address", END);

            frames.clear();
            frames.put("claim of the VIP", Frame.arp(own, own, VIP));
            frames.put("the VIP's address", Frame.ip(own, VIP));
            frames.put("claim of another VIP", Frame.arp(own, own, "198.51.100.81"));
            frames.put("claim of the way out", Frame.arp(own, own, "198.51.100.1"));
            frames.put("claim of a client's address", Frame.arp(own, own, CLIENT));
            frames.put("the peer's link address", Frame.ip(mac(peer.id().value()), VIP));
            frames.put("an address of another network", Frame.ip(own, address(machine)));

            assertThat(heard(inside(machine), "ext0", client.namespace(), "eth0"))
                    .containsExactly("claim of the VIP", "the VIP's address", END);
        }
    }

    @Test
    void clientsMayBeRoutersButNobodyWhoIsOutsideToo() throws IOException {
        arrange(wanted(true, Set.of(RED)));
        var own = mac(clientId);
        frames.put("own address", Frame.ip(own, CLIENT));
        frames.put("own claim", Frame.arp(own, own, CLIENT));
        frames.put("an address from behind it", Frame.ip(own, "203.0.113.5"));
        frames.put("the VIP's address", Frame.ip(own, VIP));
        frames.put("claim of the VIP", Frame.arp(own, own, VIP));
        frames.put("a machine's link address", Frame.ip(mac(pair.getFirst().id().value()), CLIENT));

        assertThat(heard(client.namespace(), "eth0", inside(pair.getFirst()), "ext0"))
                .containsExactly("own address", "own claim", "an address from behind it", END);
    }

    @Test
    void claimsFollowTheVipAndNothingIsLeftOfAMachineThatIsGone() throws IOException {
        arrange(wanted(true, Set.of(RED)));
        arrange(wanted(true, Set.of(RED), EVERYBODY, "198.51.100.90"));
        var active = pair.getFirst();
        var own = mac(active.id().value());
        frames.put("claim of the new VIP", Frame.arp(own, own, "198.51.100.90"));
        frames.put("claim of the one before", Frame.arp(own, own, VIP));

        assertThat(heard(inside(active), "ext0", client.namespace(), "eth0"))
                .containsExactly("claim of the new VIP", END);

        assertThat(ruleset()).contains(port(active, "mgmt0"), port(active, "net0"));
        for (MachineSpec machine : pair) {
            assertThat(driver.remove(machine)).isInstanceOf(MachineOutcome.Ok.class);
        }
        for (var link : List.of("mgmt0", "net0", "ext0")) {
            assertThat(ruleset()).doesNotContain(port(active, link));
        }
        networks.unplug(redId);
        assertThat(ruleset()).doesNotContain(names().port(redId));
        networks.removeBridges();
        assertThat(ruleset()).doesNotContain("plimsoll");
    }

    /** What came through, in order; the last frame is honest, and nothing overtakes on a link. */
    private List<String> heard(Path from, String out, Path to, String in) throws IOException {
        try (var sender = open(from, out);
                var receiver = open(to, in)) {
            for (var frame : frames.entrySet()) {
                sender.send(Frame.saying(frame.getKey(), frame.getValue()));
            }
            var honest = frames.values().iterator().next();
            sender.send(Frame.saying(END, honest));
            var heard = new ArrayList<String>();
            while (!heard.contains(END)) {
                Frame.said(receiver.receive().orElseThrow()).ifPresent(heard::add);
            }
            return heard;
        }
    }

    private static RawLink open(Path namespace, String link) throws IOException {
        try (var _ = OwnNamespace.at(namespace)) {
            return RawLink.open(link, PATIENCE);
        }
    }

    private Names names() {
        return Names.of(folder);
    }

    private String mac(UUID owner) {
        return names().mac(owner);
    }

    private String port(MachineSpec machine, String link) {
        return names().port(machine.id(), link);
    }

    private static String ruleset() throws IOException {
        return Command.run("nft", "list", "ruleset");
    }
}
