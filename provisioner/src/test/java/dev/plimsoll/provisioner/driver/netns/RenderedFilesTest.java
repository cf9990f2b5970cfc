package dev.plimsoll.provisioner.driver.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.plimsoll.provisioner.driver.netns.InterfaceFilter.Admission;
import dev.plimsoll.provisioner.machine.Arrangement.Entrance;
import dev.plimsoll.provisioner.machine.Arrangement.Transport;
import dev.plimsoll.testing.OwnNamespace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing reaches a file of keepalived or nft but what they are meant to read. */
class RenderedFilesTest {
    private static final int CASES = 500;
    private static final String ALLOWED = "[A-Za-z0-9_ .,;:/\"{}()&|!=<>*@\\n-]*";
    private final Random random = new Random(20261121);

    @Test
    void whateverIsOrderedFilesConsistOfHarmlessCharacters() {
        for (int i = 0; i < CASES; i++) {
            assertThat(machineFilter().text()).matches(ALLOWED);
            assertThat(interfaceFilter().text()).matches(ALLOWED);
            assertThat(portGuard().text("plimsoll_0123456789")).matches(ALLOWED);
            assertThat(keepalivedFile().text()).matches(ALLOWED);
            assertThat(keepalivedFile().vipsText()).matches("([0-9.]+ (net0|ext0)\\n)+");
        }
    }

    @Test
    void nftTakesEveryRuleset() throws IOException {
        assumeThat(Host.missing()).isEmpty();
        try (var _ = OwnNamespace.fresh()) {
            for (int i = 0; i < 40; i++) {
                check(machineFilter().text());
                check(interfaceFilter().text());
                check(portGuard().text("plimsoll_0123456789"));
            }
            check(PortGuard.nothing("plimsoll_0123456789", "pn-0123456789"));
            check(PortGuard.none("plimsoll_0123456789"));
            check(MachineFilter.closed(Ipv4.of("100.64.0.1")).text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.4; flush ruleset",
                "1.2.3.4\nnotify /bin/sh",
                "1.2.3.4 ",
                "::1",
                "$(id)",
                "١.٢.٣.٤"
            })
    void textThatIsNoAddressIsRefused(String text) {
        assertThat(Ipv4.parse(text)).isEmpty();
        assertThat(Ipv4Block.parse(text)).isEmpty();
        assertThat(Ipv4Block.parse(text + "/24")).isEmpty();
        assertThatThrownBy(() ->
                        new Interface(UUID.randomUUID(), UUID.randomUUID(), "n", "eth0", text))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SecurityGroup.Rule.from(text, Transport.TCP, 80))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eth0\" accept", "eth0 ", "-x", "a234567890123456", "eth0;drop"})
    void textThatIsNoLinkIsRefused(String link) {
        assertThatThrownBy(() ->
                        new Interface(UUID.randomUUID(), UUID.randomUUID(), "n", link, "10.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void randomTextIsEitherRefusedOrRenderedAsTheAddressItIs() {
        var alphabet = "0123456789./ ;\n\"'$`{}abc";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(20); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Ipv4.parse(text.toString())
                    .ifPresent(address -> assertThat(address.toString()).matches("[0-9.]{7,15}"));
            Ipv4Block.parse(text.toString())
                    .ifPresent(block -> assertThat(block.toString()).matches("[0-9./]{9,18}"));
        }
    }

    @Test
    void addressesAndBlocksSurviveTheirText() {
        for (int i = 0; i < CASES; i++) {
            var block = block();
            assertThat(Ipv4Block.of(block.toString())).isEqualTo(block);
            assertThat(Ipv4.of(block.first().toString())).isEqualTo(block.first());
            assertThat(block.contains(block.last())).isTrue();
        }
    }

    @Test
    void aNetworkIsDividedWithoutOverlap() {
        var layout = new Layout(UUID.randomUUID(), Ipv4Block.of("10.1.0.0/16"));

        assertThat(layout.vips().cidr()).isEqualTo("10.1.128.0/18");
        assertThat(layout.machines()).isEqualTo(Ipv4Block.of("10.1.192.0/18"));
        assertThat(layout.nobody()).isEqualTo(Ipv4.of("10.1.255.254"));
    }

    @Test
    void namesOfLinksFitTheKernel() {
        var names = new Names("0123456789");
        assertThat(
                        Stream.of(
                                names.bridge(UUID.randomUUID()),
                                names.externalBridge(),
                                names.managementBridge(),
                                names.port(UUID.randomUUID())))
                .allMatch(name -> name.matches("[a-z0-9-]{1,15}"));
        assertThat(names.mac(UUID.randomUUID())).matches("02(:[0-9a-f]{2}){5}");
    }

    private static void check(String ruleset) throws IOException {
        assertThat(Command.run(List.of("nft", "--check", "-f", "-"), ruleset)).isEmpty();
    }

    private MachineFilter machineFilter() {
        return new MachineFilter(
                address(),
                address(),
                some(this::address),
                List.of(address(), address()),
                some(() ->
                        new Entrance(random.nextBoolean() ? Transport.TCP : Transport.UDP, port())),
                random.nextBoolean() ? null : some(this::block));
    }

    private InterfaceFilter interfaceFilter() {
        return new InterfaceFilter(
                UUID.randomUUID(),
                "eth0",
                some(() -> {
                    int first = port();
                    return new Admission(
                            Transport.TCP, first, Math.min(65_535, first + 3), some(this::block));
                }));
    }

    private PortGuard portGuard() {
        var names = new Names("0123456789");
        return new PortGuard(
                names.port(UUID.randomUUID()),
                names.mac(UUID.randomUUID()),
                some(this::address),
                random.nextBoolean() ? null : block());
    }

    private KeepalivedFile keepalivedFile() {
        return new KeepalivedFile(
                random.nextInt(2),
                Duration.ofMillis(100),
                address(),
                List.of(address()),
                address(),
                random.nextBoolean() ? null : address());
    }

    private <T> List<T> some(Supplier<T> one) {
        return Stream.generate(one).limit(random.nextInt(4)).distinct().toList();
    }

    private Ipv4 address() {
        return new Ipv4(random.nextInt() & 0x0fff_ffff | 0x0100_0000);
    }

    private Ipv4Block block() {
        return new Ipv4Block(address(), 8 + random.nextInt(25));
    }

    private int port() {
        return 1 + random.nextInt(65_535);
    }
}
