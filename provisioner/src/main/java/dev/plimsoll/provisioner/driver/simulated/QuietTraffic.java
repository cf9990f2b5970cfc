package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.AgentMessage.TrafficMeasured;
import dev.plimsoll.agent.protocol.GatewayMessage.TellTraffic;
import dev.plimsoll.agent.protocol.TrafficSlot;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The true figures of an agent that forwards nothing, made when they are told: what changes is the
 * role alone. Lives on the event loop.
 */
final class QuietTraffic {
    private static final long KEPT = Duration.ofMinutes(15).toMillis();
    private static final long LATELY = Duration.ofMinutes(3).toMillis();
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();

    private final EventLoop loop;
    private final InstantSource clock;
    private final Consumer<AgentMessage> outlet;
    private final long bornMillis;
    private Role role = Role.STARTING;
    private long roleSince;
    private int targets;
    private long toldBefore;
    private @Nullable ScheduledFuture<?> next;

    QuietTraffic(EventLoop loop, InstantSource clock, Consumer<AgentMessage> outlet) {
        this.loop = loop;
        this.clock = clock;
        this.outlet = outlet;
        this.bornMillis = clock.millis();
    }

    void become(Role now) {
        role = now;
        roleSince = clock.millis();
    }

    void targets(int number) {
        targets = number;
    }

    void tell(TellTraffic asked) {
        onStreamClosed();
        next =
                loop.scheduleAtFixedRate(
                        this::tellNow,
                        ThreadLocalRandom.current().nextLong(asked.everyMillis()),
                        asked.everyMillis(),
                        TimeUnit.MILLISECONDS);
    }

    void onStreamClosed() {
        if (next != null) {
            next.cancel(false);
        }
    }

    private void tellNow() {
        long now = clock.millis();
        long minute = now - now % MINUTE;
        var slots = slots(Math.max(toldBefore, now - KEPT), minute);
        toldBefore = minute;
        if (!slots.isEmpty()) {
            outlet.accept(new TrafficMeasured(null, now, slots));
        }
    }

    TrafficMeasured lately(UUID inquiry) {
        long now = clock.millis();
        return new TrafficMeasured(inquiry, now, slots(now - LATELY, now));
    }

    /** That have begun since and have ended before. */
    private List<TrafficSlot> slots(long since, long before) {
        var figures =
                targets == 0
                        ? Map.<String, Long>of()
                        : Map.of(TrafficSlot.TARGETS_HEALTHY, (long) targets);
        var slots = new ArrayList<TrafficSlot>();
        long first = Math.ceilDiv(Math.max(since, bornMillis), TrafficSlot.MILLIS);
        for (long start = first * TrafficSlot.MILLIS;
                start + TrafficSlot.MILLIS <= before;
                start += TrafficSlot.MILLIS) {
            boolean active = role == Role.ACTIVE && start >= roleSince;
            slots.add(new TrafficSlot(start, active, figures));
        }
        return slots;
    }

    String page() {
        return """
        # HELP nlb_connections_active Connections that clients have open.
        # TYPE nlb_connections_active gauge
        nlb_connections_active 0.0
        # HELP nlb_role 1 for the role that the agent has.
        # TYPE nlb_role gauge
        nlb_role{role="%s"} 1.0
        """
                .formatted(role.name().toLowerCase(Locale.ROOT));
    }
}
