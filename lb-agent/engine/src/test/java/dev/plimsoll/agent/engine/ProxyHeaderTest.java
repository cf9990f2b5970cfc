package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ProxyHeaderTest {
    /** {@code -Dplimsoll.fuzz.inputs=10000000} for a long run. */
    private static final int FUZZ_INPUTS = Integer.getInteger("plimsoll.fuzz.inputs", 100_000);

    @Test
    void ipv4IsWrittenAsSpecified() {
        assertThat(
                        hex(out ->
                                ProxyHeader.write(
                                        out, at("192.0.2.1", 56_324), at("198.51.100.2", 443))))
                .isEqualTo(
                        "0d0a0d0a000d0a515549540a"
                                + "21"
                                + "11"
                                + "000c"
                                + "c0000201"
                                + "c6336402"
                                + "dc04"
                                + "01bb");
    }

    @Test
    void ipv6IsWrittenAsSpecified() {
        assertThat(hex(out -> ProxyHeader.write(out, at("2001:db8::1", 1), at("fd00::2", 65_535))))
                .isEqualTo(
                        "0d0a0d0a000d0a515549540a"
                                + "21"
                                + "21"
                                + "0024"
                                + "20010db8000000000000000000000001"
                                + "fd000000000000000000000000000002"
                                + "0001"
                                + "ffff");
    }

    @Test
    void addressesOfTwoFamiliesAreWrittenAsIpv6() {
        assertThat(hex(out -> ProxyHeader.write(out, at("192.0.2.1", 1), at("fd00::2", 2))))
                .contains("2121" + "0024" + "00000000000000000000ffffc0000201");
    }

    @Test
    void localNamesNobody() {
        assertThat(hex(ProxyHeader::writeLocal)).isEqualTo("0d0a0d0a000d0a515549540a20000000");
    }

    @Test
    void textIsWrittenAsSpecified() {
        assertThat(
                        text(out ->
                                ProxyHeader.writeText(
                                        out, at("192.0.2.1", 56_324), at("198.51.100.2", 443))))
                .isEqualTo("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n");
        assertThat(
                        text(out ->
                                ProxyHeader.writeText(
                                        out, at("2001:db8::1", 1), at("192.0.2.1", 2))))
                .isEqualTo("PROXY TCP6 2001:db8:0:0:0:0:0:1 ::ffff:192.0.2.1 1 2\r\n");
    }

    @Test
    void whateverTheAddressesTheyAreReadAsTheyWere() throws Exception {
        var random = new Random(21);
        var out = Unpooled.buffer(ProxyHeader.MAX_BYTES, ProxyHeader.MAX_BYTES);
        for (int i = 0; i < FUZZ_INPUTS; i++) {
            var client = anywhere(random);
            var vip = anywhere(random);
            ProxyHeader.write(out.clear(), client, vip);
            var header = ProxyProtocol.read(new ByteBufInputStream(out));
            if (!header.equals(new ProxyProtocol(client, vip)) || out.isReadable()) {
                throw new AssertionError(client + ", " + vip + " was read as " + header);
            }
        }
    }

    private static InetSocketAddress anywhere(Random random) throws Exception {
        var address = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(address);
        return new InetSocketAddress(InetAddress.getByAddress(address), random.nextInt(65_536));
    }

    private static InetSocketAddress at(String ip, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
    }

    private static String hex(Consumer<ByteBuf> header) {
        var out = Unpooled.buffer();
        header.accept(out);
        assertThat(out.readableBytes()).isLessThanOrEqualTo(ProxyHeader.MAX_BYTES);
        return ByteBufUtil.hexDump(out);
    }

    private static String text(Consumer<ByteBuf> header) {
        var out = Unpooled.buffer();
        header.accept(out);
        return out.toString(StandardCharsets.US_ASCII);
    }
}
