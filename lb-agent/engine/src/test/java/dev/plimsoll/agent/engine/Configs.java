package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.agent.protocol.TargetConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig.Balancing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/** Documents for tests. */
final class Configs {
    static final UUID LOAD_BALANCER = UUID.fromString("0199aaaa-0000-7000-8000-000000000001");
    static final HealthCheckConfig QUICK = check(50, 1, 1);

    private final long revision;
    private List<String> vips = List.of("127.0.3.1");
    private int maxConnections = 1000;
    private List<String> sources = List.of();
    private final List<ListenerConfig> listeners = new ArrayList<>();
    private final List<TargetPoolConfig> pools = new ArrayList<>();

    private Configs(long revision) {
        this.revision = revision;
    }

    static Configs revision(long revision) {
        return new Configs(revision);
    }

    static HealthCheckConfig check(long intervalMillis, int healthy, int unhealthy) {
        return new HealthCheckConfig(intervalMillis, 0, 500, healthy, unhealthy, null, null);
    }

    Configs vips(String... addresses) {
        vips = List.of(addresses);
        return this;
    }

    Configs maxConnections(int limit) {
        maxConnections = limit;
        return this;
    }

    Configs sources(String... blocks) {
        sources = List.of(blocks);
        return this;
    }

    Configs listener(int port, String pool) {
        return listener(port, pool, 60_000);
    }

    Configs listener(int port, String pool, long idleMillis) {
        return listener(
                new ListenerConfig("tcp-" + port, Protocol.TCP, port, pool, idleMillis, List.of()));
    }

    Configs listener(Protocol protocol, int port, String pool) {
        var name = protocol.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + port;
        return listener(new ListenerConfig(name, protocol, port, pool, 60_000, List.of()));
    }

    Configs listener(ListenerConfig listener) {
        listeners.add(listener);
        return this;
    }

    Configs pool(String name, TargetConfig... targets) {
        return pool(name, QUICK, targets);
    }

    /** A pool without health check: its targets are taken as healthy, and never probed. */
    Configs unchecked(String name, TargetConfig... targets) {
        return pool(name, (HealthCheckConfig) null, targets);
    }

    Configs pool(String name, HealthCheckConfig check, TargetConfig... targets) {
        return pool(
                new TargetPoolConfig(
                        name, Balancing.ROUND_ROBIN, check, Stream.of(targets).toList()));
    }

    Configs pool(TargetPoolConfig pool) {
        pools.add(pool);
        return this;
    }

    AgentConfig build() {
        return new AgentConfig(
                LOAD_BALANCER, revision, revision, vips, maxConnections, sources, listeners, pools);
    }
}
