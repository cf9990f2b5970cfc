package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.GatewayMessage;
import dev.plimsoll.agent.protocol.VipOwnership;
import dev.plimsoll.provisioner.gateway.FakeAgent;
import dev.plimsoll.provisioner.machine.AddressRange;
import dev.plimsoll.provisioner.machine.Bootstraps;
import dev.plimsoll.provisioner.machine.Capabilities;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Machines in memory whose agents speak the real protocol. As with the local driver's lock, the
 * first that waits for a load balancer's VIP has it until it dies.
 */
final class FakeAgentDriver implements MachineDriver, AutoCloseable {
    private static final VipOwnership VIP = new VipOwnership.FileLock("/lock");

    private final Bootstraps bootstraps;
    private final AddressRange privateRange;
    private final Map<MachineId, Machine> machines = new ConcurrentHashMap<>();
    private final Map<LoadBalancerId, ArrayDeque<Machine>> vips = new HashMap<>();
    private final List<Consumer<MachineId>> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService agents = Executors.newVirtualThreadPerTaskExecutor();
    volatile Function<AgentConfig, AgentMessage> answer;
    volatile MachineOutcome nextEnsure;
    volatile IntFunction<String> shapes = _ -> "";

    FakeAgentDriver(Bootstraps bootstraps, String privateRange) {
        this.bootstraps = bootstraps;
        this.privateRange = new AddressRange(privateRange);
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities("fake", "fake", privateRange, new AddressRange("127.80.0.0/12"));
    }

    @Override
    public String shape(int maxConnections) {
        return shapes.apply(maxConnections);
    }

    @Override
    public MachineOutcome ensure(MachineSpec spec) {
        var prepared = nextEnsure;
        if (prepared != null) {
            return prepared;
        }
        machines.computeIfAbsent(
                spec.id(), _ -> new Machine(spec, bootstraps.bootstrap(spec, VIP, 0, null)).boot());
        return MachineOutcome.OK;
    }

    @Override
    public Presence observe(MachineSpec spec) {
        var machine = machines.get(spec.id());
        if (machine == null) {
            return Presence.ABSENT;
        }
        return machine.isDead ? Presence.DEAD : Presence.RUNNING;
    }

    @Override
    public MachineOutcome fence(MachineSpec spec) {
        end(spec.id());
        return MachineOutcome.OK;
    }

    @Override
    public MachineOutcome remove(MachineSpec spec) {
        return removeOrphan(spec.id());
    }

    @Override
    public MachineOutcome removeOrphan(MachineId machine) {
        end(machine);
        machines.remove(machine);
        return MachineOutcome.OK;
    }

    @Override
    public MachineOutcome forget(LoadBalancerId loadBalancer) {
        return MachineOutcome.OK;
    }

    @Override
    public Collection<MachineId> owned() {
        return List.copyOf(machines.keySet());
    }

    @Override
    public void onDeath(Consumer<MachineId> listener) {
        listeners.add(listener);
    }

    List<MachineId> owned(LoadBalancerId loadBalancer) {
        return machines.values().stream()
                .filter(machine -> machine.spec.loadBalancer().equals(loadBalancer))
                .map(machine -> machine.spec.id())
                .toList();
    }

    FakeAgent agent(MachineId machine) {
        return machines.get(machine).agent;
    }

    void kill(MachineId machine) {
        end(machine);
        listeners.forEach(listener -> listener.accept(machine));
    }

    /** Was only thought to be dead, as when a host loses its network. */
    void comesBack(MachineId id) throws Exception {
        var machine = machines.get(id);
        machine.isDead = false;
        machine.agent.dial();
        queueForVip(machine);
    }

    @Override
    public void close() {
        machines.keySet().forEach(this::end);
        agents.shutdownNow();
    }

    private void end(MachineId id) {
        var machine = machines.get(id);
        if (machine == null || machine.isDead) {
            return;
        }
        machine.isDead = true;
        machine.agent.close();
        leaveVip(machine);
    }

    private synchronized void queueForVip(Machine machine) {
        var queue = vips.computeIfAbsent(machine.spec.loadBalancer(), _ -> new ArrayDeque<>());
        queue.add(machine);
        if (queue.peek() == machine) {
            machine.agent.become(Role.ACTIVE);
        }
        passVip(machine.spec.loadBalancer());
    }

    private synchronized void passVip(LoadBalancerId loadBalancer) {
        var queue = vips.computeIfAbsent(loadBalancer, _ -> new ArrayDeque<>());
        var first = queue.peek();
        if (first != null && first.isYielding && queue.size() > 1) {
            queue.add(queue.remove());
            first.agent.become(Role.STANDBY);
            queue.element().agent.become(Role.ACTIVE);
        }
    }

    private synchronized void leaveVip(Machine machine) {
        var queue = vips.computeIfAbsent(machine.spec.loadBalancer(), _ -> new ArrayDeque<>());
        var wasActive = queue.peek() == machine;
        queue.remove(machine);
        var next = queue.peek();
        if (wasActive && next != null) {
            next.agent.become(Role.ACTIVE);
        }
    }

    private final class Machine {
        final MachineSpec spec;
        final FakeAgent agent;
        volatile boolean isDead;
        volatile boolean isYielding;

        Machine(MachineSpec spec, Bootstrap bootstrap) {
            this.spec = spec;
            this.agent =
                    new FakeAgent(bootstrap)
                            .answerWith(config -> answer == null ? null : answer.apply(config))
                            .onOrder(this::onOrder);
        }

        /** To the end of the queue; the next has the VIP. */
        void onOrder(GatewayMessage order) {
            switch (order) {
                case GatewayMessage.YieldVip _ -> {
                    isYielding = true;
                    passVip(spec.loadBalancer());
                }
                case GatewayMessage.ClaimVip _ -> isYielding = false;
                case GatewayMessage.Drain _ -> leaveVip(this);
                case GatewayMessage.ReportHealth _,
                        GatewayMessage.TellTraffic _,
                        GatewayMessage.ReportTraffic _,
                        GatewayMessage.ReportMetrics _,
                        GatewayMessage.ExplainTarget _,
                        GatewayMessage.PushAccessGiven _,
                        GatewayMessage.ListConnections _,
                        GatewayMessage.CloseConnection _,
                        GatewayMessage.RehearseChange _,
                        GatewayMessage.ConfigPushed _,
                        GatewayMessage.GatewaysChanged _,
                        GatewayMessage.Pace _,
                        GatewayMessage.AuthoritiesChanged _,
                        GatewayMessage.Retired _ -> {}
            }
        }

        Machine boot() {
            agents.submit(() -> {
                agent.enrol();
                agent.dial();
                queueForVip(this);
                return null;
            });
            return this;
        }
    }
}
