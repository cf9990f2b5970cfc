package dev.plimsoll.provisioner.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

final class GatewayMeters {
    final Counter pushes;
    final Counter messages;
    final Counter orders;
    final Counter questions;
    final Counter questionsRefused;
    final Timer push;
    final Counter trafficSlots;
    final Counter trafficLost;
    final Counter trafficRefused;
    private final Map<Refused, Counter> refused = new EnumMap<>(Refused.class);
    private final Map<Dropped, Counter> dropped = new EnumMap<>(Dropped.class);

    GatewayMeters(MeterRegistry registry, Sessions sessions) {
        pushes =
                Counter.builder("plimsoll.gateway.pushes")
                        .description("Configurations sent to agents")
                        .register(registry);
        orders =
                Counter.builder("plimsoll.gateway.orders")
                        .description("Orders to agents to yield, claim or leave the VIP")
                        .register(registry);
        questions =
                Counter.builder("plimsoll.gateway.questions")
                        .description("Questions passed on to agents")
                        .register(registry);
        questionsRefused =
                Counter.builder("plimsoll.gateway.questions.refused")
                        .description("Questions not passed on: too many for one agent")
                        .register(registry);
        messages =
                Counter.builder("plimsoll.gateway.messages")
                        .description("Messages received from agents")
                        .register(registry);
        for (var reason : Refused.values()) {
            refused.put(
                    reason,
                    Counter.builder("plimsoll.gateway.refused")
                            .description("Agents not let in")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        for (var reason : Dropped.values()) {
            dropped.put(
                    reason,
                    Counter.builder("plimsoll.gateway.dropped")
                            .description("Streams closed by the gateway")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        push =
                Timer.builder("plimsoll.gateway.push")
                        .description("From sending a configuration to its being in force")
                        .publishPercentileHistogram()
                        .maximumExpectedValue(Duration.ofSeconds(30))
                        .register(registry);
        trafficSlots =
                Counter.builder("plimsoll.gateway.traffic.slots")
                        .description("Figures of 5 s that were written down for consoles")
                        .register(registry);
        trafficLost = trafficDropped("lost", registry);
        trafficRefused = trafficDropped("refused", registry);
        Gauge.builder("plimsoll.gateway.streams", sessions, Sessions::size)
                .description("Streams of agents that are open")
                .register(registry);
    }

    private static Counter trafficDropped(String reason, MeterRegistry registry) {
        return Counter.builder("plimsoll.gateway.traffic.dropped")
                .description("Figures of 5 s that were not: the database is away, or no such ones")
                .tag("reason", reason)
                .register(registry);
    }

    void refused(Refused reason) {
        count(refused, reason);
    }

    void dropped(Dropped reason) {
        count(dropped, reason);
    }

    private static <R extends Enum<R>> void count(Map<R, Counter> counters, R reason) {
        Objects.requireNonNull(counters.get(reason)).increment();
    }

    /** Besides those of {@code ca.Refusals}. */
    enum Refused {
        /** Not made by our CA. */
        CERTIFICATE,
        NO_CERTIFICATE,
        EXPIRED,
        /** Before this gateway is on the roster. */
        NOT_READY,
        /** Nobody can be judged while the database is away. */
        DATABASE,
        /** Too many enrolments failed from that address. */
        THROTTLED,
        /** Neither an enrolment nor a renewal. */
        BODY,
        /** As many connections are open as there may be. */
        FULL,
        /** No TLS at all. */
        PLAIN_TEXT,
        /** The TLS handshake failed for another reason than the certificate. */
        HANDSHAKE
    }

    enum Dropped {
        /** Another stream of the same machine took its place. */
        REPLACED,
        /** Nothing heard for too long. */
        SILENT,
        /** The agent says more than can be written down. */
        MAILBOX_FULL,
        /** The agent does not take what it is sent. */
        SLOW,
        /** Not a message, or not the one that is due. */
        PROTOCOL,
        /** A Hello that its certificate does not stand for. */
        IDENTITY,
        /** The agent has a later stream, perhaps with another gateway. */
        OUTRUN,
        /** This gateway was taken for dead, so that what it says of its agents does not count. */
        STRUCK_OFF
    }
}
