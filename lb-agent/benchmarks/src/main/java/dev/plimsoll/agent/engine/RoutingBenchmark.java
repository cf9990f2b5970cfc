package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.TargetConfig;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Which target a connection goes to, and which listener a TLS client means. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 2, time = 2)
public class RoutingBenchmark {
    private static final int TARGETS = 250;

    private final List<Target> targets =
            IntStream.range(0, TARGETS).mapToObj(RoutingBenchmark::target).toList();
    private final Maglev maglev = Maglev.of(new UUID(1, 2), targets, null);
    private final InetAddress client = InetAddress.ofLiteral("100.64.3.7");
    private final @Nullable Target[] tried = new Target[3];
    private final byte[] hello;

    public RoutingBenchmark() {
        try {
            this.hello = hello();
        } catch (GeneralSecurityException | SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Target target(int i) {
        return new Target(new Target.Key("a", new TargetConfig("10.0.0." + i, 80), null, false));
    }

    private static byte[] hello() throws GeneralSecurityException, SSLException {
        var engine = SSLContext.getDefault().createSSLEngine("www.example.org", 443);
        engine.setUseClientMode(true);
        var record = ByteBuffer.allocate(32 * 1024);
        engine.wrap(ByteBuffer.allocate(0), record);
        return Arrays.copyOf(record.array(), record.position());
    }

    @Benchmark
    public @Nullable Target maglevLookup() {
        return maglev.pick(client, tried, 0);
    }

    @Benchmark
    public Maglev maglevTable() {
        return Maglev.of(new UUID(1, 2), targets, null);
    }

    @Benchmark
    public @Nullable String clientHello() {
        var parser = new ClientHello();
        for (byte octet : hello) {
            parser.read(octet);
        }
        return parser.serverName();
    }
}
