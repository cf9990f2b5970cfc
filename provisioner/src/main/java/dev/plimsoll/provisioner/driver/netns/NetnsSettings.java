package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.driver.process.AgentProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code provisioner.yaml}. */
public record NetnsSettings(
        @DefaultValue(".plimsoll") Path data,
        @DefaultValue("agent") Path agentHome,
        @Nullable Path java,
        @DefaultValue List<String> extraJvmArgs,
        @DefaultValue(NetnsSettings.NETWORK) String network,
        @DefaultValue(NetnsSettings.EXTERNAL) String externalRange,
        @DefaultValue(NetnsSettings.MANAGEMENT) String managementRange,
        @DefaultValue("" + NetnsSettings.AGENT_UID) int agentUid,
        @DefaultValue("100ms") Duration advert,
        @DefaultValue("3s") Duration stopGrace,
        @DefaultValue("100ms") Duration watch) {

    private static final String NETWORK = "10.250.0.0/16";
    private static final String EXTERNAL = "198.51.100.0/24";
    private static final String MANAGEMENT = "100.64.0.0/16";
    private static final int AGENT_UID = 61_000;
    private static final Duration ADVERT = Duration.ofMillis(100);
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final Duration WATCH = Duration.ofMillis(100);
    private static final String PREFIX = "plimsoll.provisioner.netns.";
    private static final int LONGEST_PREFIX = 27;
    private static final long MOST_IDS = 1L << 31;

    public NetnsSettings {
        extraJvmArgs = List.copyOf(extraJvmArgs);
        data = data.toAbsolutePath().normalize();
        agentHome = agentHome.toAbsolutePath().normalize();
        check("network", network);
        check("external-range", externalRange);
        check("management-range", managementRange);
        if (agentUid < 1 || agentUid >= MOST_IDS - 1) {
            throw new IllegalArgumentException(
                    PREFIX + "agent-uid must be an account other than root's, not " + agentUid);
        }
        if (advert.toMillis() < 20 || advert.toMillis() > 10_000 || advert.toMillis() % 10 != 0) {
            throw new IllegalArgumentException(
                    PREFIX
                            + "advert must lie between 20 ms and 10 s, in steps of 10 ms, not "
                            + advert);
        }
        if (stopGrace.isNegative() || stopGrace.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    PREFIX + "stop-grace must lie between 0 and 60 s, not " + stopGrace);
        }
    }

    /** All but where its data is as usual. */
    public static NetnsSettings of(Path data) {
        return new NetnsSettings(
                data,
                Path.of("agent"),
                null,
                List.of(),
                NETWORK,
                EXTERNAL,
                MANAGEMENT,
                AGENT_UID,
                ADVERT,
                GRACE,
                WATCH);
    }

    private static void check(String key, String value) {
        var block = Ipv4Block.parse(value);
        if (block.isEmpty() || block.get().prefix() > LONGEST_PREFIX) {
            throw new IllegalArgumentException(
                    PREFIX + key + " must be an IPv4 block of at least /27, not " + value);
        }
    }

    AgentProgram program() {
        return new AgentProgram(agentHome, AgentProgram.javaOr(java), extraJvmArgs);
    }

    Ipv4Block external() {
        return Ipv4Block.of(externalRange);
    }

    Ipv4Block management() {
        return Ipv4Block.of(managementRange);
    }

    /** Where agents find the provisioner, on the management bridge. */
    Ipv4 gatewayAddress() {
        return management().first().plus(1);
    }

    /** The way out for machines: what the external bridge has as its own. */
    Ipv4 externalGateway() {
        return external().first().plus(1);
    }
}
