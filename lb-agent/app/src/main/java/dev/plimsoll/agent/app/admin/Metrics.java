package dev.plimsoll.agent.app.admin;

import dev.plimsoll.agent.app.Agent;
import dev.plimsoll.agent.app.AgentMeters;
import dev.plimsoll.agent.app.control.LinkMeters;
import dev.plimsoll.agent.app.machine.SourcePorts;
import dev.plimsoll.agent.app.push.PushMeters;
import dev.plimsoll.agent.engine.Durations;
import dev.plimsoll.agent.engine.EngineMeters;
import dev.plimsoll.agent.engine.FlowLog;
import dev.plimsoll.agent.engine.TargetMeter;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.PushReport;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Names, help and labels for what engine and agent count; read when somebody asks, at no other
 * time.
 */
final class Metrics implements Supplier<PrometheusRegistry> {
    private final PrometheusRegistry registry = new PrometheusRegistry();

    Metrics(Agent agent, LinkMeters link) {
        var engine = agent.engine();
        connections(agent, engine.meters());
        sessions(engine.meters());
        targets(agent, engine.meters());
        gauge(
                "nlb_config_generation",
                "Generation of the specification in force; 0 before the first.",
                () -> {
                    var applied = engine.applied();
                    return applied == null ? 0 : applied.generation();
                });
        role(agent);
        yields(agent.meters());
        explanations(agent.meters());
        flows(agent.meters(), engine.flows());
        control(agent, link);
        pushes(agent.pushes().meters());
        memory(agent);
    }

    private void memory(Agent agent) {
        GaugeWithCallback.builder()
                .name("nlb_memory_bytes")
                .help("Memory in use: Java objects, and the relay's buffers outside of the heap.")
                .labelNames("area")
                .callback(call -> {
                    var runtime = Runtime.getRuntime();
                    call.call((double) runtime.totalMemory() - runtime.freeMemory(), "heap");
                    call.call(agent.engine().directBytes(), "direct");
                })
                .register(registry);
    }

    @Override
    public PrometheusRegistry get() {
        return registry;
    }

    private void connections(Agent agent, EngineMeters m) {
        var engine = agent.engine();
        gauge(
                "nlb_connections_active",
                "Connections that clients have open.",
                engine::activeConnections);
        gauge(
                "nlb_connections_limit",
                "Connections that may be open: the plan's, or what the process can hold.",
                engine::connectionLimit);
        gauge(
                "nlb_connections_connecting",
                "Active connections that wait for their target to accept.",
                engine::connectingConnections);
        counter(
                "nlb_connections_opened",
                "Connections that reached a target.",
                call -> call.call((double) m.opened()));
        counted(
                "nlb_connections_rejected",
                "Connections closed before anything was relayed.",
                "reason",
                List.of(EngineMeters.Rejection.values()),
                m::rejected);
        closed(m);
        counted(
                "nlb_bytes",
                "Payload received from one side for the other.",
                "direction",
                List.of(EngineMeters.Direction.values()),
                m::bytes);
        counter(
                "nlb_accept_failures",
                "Times that accepting paused for want of descriptors or memory.",
                call -> call.call((double) m.acceptFailures()));
        histogram(
                "nlb_connection_duration_seconds",
                "Time from accept to end.",
                m.connectionDurations());
    }

    private void closed(EngineMeters m) {
        CounterWithCallback.builder()
                .name("nlb_connections_closed")
                .help("Connections that were relayed and ended, by who ended them and how.")
                .labelNames("by", "cause")
                .callback(call -> {
                    for (var by : EngineMeters.ClosedBy.values()) {
                        for (var cause : EngineMeters.CloseCause.values()) {
                            call.call((double) m.closed(by, cause), label(by), label(cause));
                        }
                    }
                })
                .register(registry);
    }

    private void sessions(EngineMeters m) {
        counter(
                "nlb_sessions_opened",
                "UDP sessions that were given a target.",
                call -> call.call((double) m.sessionsOpened()));
        counted(
                "nlb_sessions_ended",
                "UDP sessions that ended.",
                "cause",
                List.of(EngineMeters.SessionEnd.values()),
                m::sessionsEnded);
        counted(
                "nlb_datagrams",
                "Datagrams forwarded.",
                "direction",
                List.of(EngineMeters.Direction.values()),
                m::datagrams);
        counted(
                "nlb_datagrams_dropped",
                "Datagrams that were not forwarded.",
                "reason",
                List.of(EngineMeters.DatagramDrop.values()),
                m::datagramsDropped);
    }

    private void targets(Agent agent, EngineMeters m) {
        perTarget(
                "nlb_target_up",
                "1 if the target gets new connections.",
                agent,
                t -> t.up() ? 1 : 0);
        perTarget(
                "nlb_target_connections_active",
                "Connections to the target, also to one that has left its pool.",
                agent,
                TargetMeter::connections);
        counted(
                "nlb_target_connect_failures",
                "Attempts to reach a target for a client that failed.",
                "cause",
                EngineMeters.connectCauses(),
                m::connectFailures);
        histogram(
                "nlb_target_connect_duration_seconds",
                "Time that targets took to accept.",
                m.connectDurations());
        counted(
                "nlb_probe_failures",
                "Health probes that failed.",
                "reason",
                EngineMeters.probeReasons(),
                m::probeFailures);
        histogram(
                "nlb_probe_duration_seconds", "Time that health probes took.", m.probeDurations());
        counter(
                "nlb_probes_delayed",
                "Health probes that waited because too many were under way.",
                call -> call.call((double) m.probesDelayed()));
        gauge(
                "nlb_targets_draining",
                "Targets that have left their pools and still have connections.",
                agent.engine()::drainingTargets);
        sourcePorts(agent);
    }

    private void sourcePorts(Agent agent) {
        double available = SourcePorts.available();
        GaugeWithCallback.builder()
                .name("nlb_source_ports_in_use_ratio")
                .help(
                        "Connections to a target, of those that the agent has source ports for."
                            + " Ports of connections that ended less than a minute ago are not in"
                            + " it.")
                .labelNames("target")
                .callback(call ->
                        agent.engine().targetMeters().stream()
                                .collect(
                                        Collectors.groupingBy(
                                                Metrics::address,
                                                Collectors.summingInt(TargetMeter::connections)))
                                .forEach((target, n) -> call.call(n / available, target)))
                .register(registry);
    }

    private void role(Agent agent) {
        GaugeWithCallback.builder()
                .name("nlb_role")
                .help("1 for the role that the agent has.")
                .labelNames("role")
                .callback(call -> {
                    for (var role : Role.values()) {
                        call.call(agent.role() == role ? 1 : 0, label(role));
                    }
                })
                .register(registry);
    }

    private void yields(AgentMeters meters) {
        counter(
                "nlb_vip_yields",
                "Times that the agent was asked to leave the VIP to its peer.",
                call -> call.call((double) meters.yieldsBegun()));
        counted(
                "nlb_vip_yields_ended",
                "Times that it claimed the VIP again after that.",
                "cause",
                List.of(AgentMeters.YieldEnd.values()),
                meters::yieldsEnded);
    }

    private void explanations(AgentMeters meters) {
        counter(
                "nlb_explanations",
                "Times that the agent went the way to a target because somebody asked.",
                call -> call.call((double) meters.explanations()));
        counter(
                "nlb_explanations_refused",
                "Times that it did not, because too many asked at once.",
                call -> call.call((double) meters.explanationsRefused()));
    }

    private void pushes(PushMeters meters) {
        var kinds = List.of(PushReport.Kind.values());
        counted(
                "nlb_pushes",
                "Requests with samples (metrics) or records of flows (logs) that were taken.",
                "kind",
                kinds,
                meters::taken);
        counted(
                "nlb_push_failures",
                "Requests of the kind that were not taken.",
                "kind",
                kinds,
                meters::failed);
        counted(
                "nlb_push_dropped",
                "Samples or records that nobody will get: refused, or too many waited.",
                "kind",
                kinds,
                meters::dropped);
    }

    private void flows(AgentMeters meters, FlowLog log) {
        counter(
                "nlb_flow_records",
                "Connections, sessions and refusals that ended and are remembered for a while.",
                call -> call.call((double) log.recorded()));
        counter(
                "nlb_flow_records_sampled_out",
                "Ends that are not, because there were too many within a second.",
                call -> call.call((double) log.sampledOut()));
        gauge(
                "nlb_flow_records_sampled_one_in",
                "One in so many ends is remembered at this moment.",
                log::sampledOneIn);
        counter(
                "nlb_connection_lists",
                "Times that the agent told of its connections because somebody asked.",
                call -> call.call((double) meters.connectionLists()));
        counter(
                "nlb_connection_lists_refused",
                "Times that it did not, because too many asked at once.",
                call -> call.call((double) meters.connectionListsRefused()));
    }

    private void control(Agent agent, LinkMeters link) {
        gauge(
                "nlb_control_connected",
                "1 while the control stream is open.",
                () -> link.isConnected() ? 1 : 0);
        counted(
                "nlb_control_dials",
                "Attempts to open the control stream.",
                "outcome",
                List.of(LinkMeters.Dial.values()),
                link::dials);
        counted(
                "nlb_config_refusals",
                "Configurations that were not taken.",
                "code",
                List.of(Refusal.values()),
                agent.meters()::refusals);
        counter(
                "nlb_config_save_failures",
                "Configurations in force that could not be saved.",
                call -> call.call((double) agent.meters().saveFailures()));
    }

    private void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(call -> call.call(value.getAsDouble()))
                .register(registry);
    }

    private void perTarget(
            String name, String help, Agent agent, ToDoubleFunction<TargetMeter> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("pool", "target")
                .callback(call -> {
                    for (var t : agent.engine().targetMeters()) {
                        call.call(value.applyAsDouble(t), t.targetPool(), address(t));
                    }
                })
                .register(registry);
    }

    private static String address(TargetMeter t) {
        return (t.ip().contains(":") ? "[" + t.ip() + "]" : t.ip()) + ":" + t.port();
    }

    private void counter(
            String name,
            String help,
            java.util.function.Consumer<CounterWithCallback.Callback> values) {
        CounterWithCallback.builder().name(name).help(help).callback(values).register(registry);
    }

    private <E extends Enum<E>> void counted(
            String name, String help, String label, Collection<E> values, ToLongFunction<E> count) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(call -> {
                    for (var value : values) {
                        call.call((double) count.applyAsLong(value), label(value));
                    }
                })
                .register(registry);
    }

    private void histogram(String name, String help, Durations durations) {
        registry.register(() -> {
            var buckets = durations.buckets();
            double[] bounds =
                    buckets.stream().mapToDouble(Durations.Bucket::upperSeconds).toArray();
            long[] counts = buckets.stream().mapToLong(Durations.Bucket::count).toArray();
            return HistogramSnapshot.builder()
                    .name(name)
                    .help(help)
                    .dataPoint(
                            HistogramDataPointSnapshot.builder()
                                    .classicHistogramBuckets(
                                            ClassicHistogramBuckets.of(bounds, counts))
                                    .sum(durations.sumSeconds())
                                    .build())
                    .build();
        });
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
