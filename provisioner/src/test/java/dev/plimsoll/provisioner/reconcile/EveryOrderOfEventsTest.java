package dev.plimsoll.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.reconcile.Observed.Agent;
import dev.plimsoll.provisioner.reconcile.Observed.Machine;
import dev.plimsoll.provisioner.reconcile.Observed.Orders;
import dev.plimsoll.provisioner.reconcile.Observed.Replacement;
import dev.plimsoll.provisioner.reconcile.Observed.State;
import dev.plimsoll.provisioner.reconcile.Observed.Yield;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The plan in a world of its own, in which machines die, agents fall silent, VIPs move and
 * operators ask for things in every order: whatever was before, it never takes away what serves,
 * and comes to rest. {@code -Dplimsoll.plan.worlds=…} for more worlds.
 */
class EveryOrderOfEventsTest {
    private static final int WORLDS = Integer.getInteger("plimsoll.plan.worlds", 3_000);
    private static final int EVENTS = 60;
    private static final int MOST_PASSES = 200;

    @Test
    void planNeverTakesAwayWhatServesAndComesToRest() {
        for (int seed = 0; seed < WORLDS; seed++) {
            var world = new SmallWorld(seed);
            for (int i = 0; i < EVENTS; i++) {
                world.somethingHappens();
                world.pass();
            }
            world.comeToRest();
        }
    }

    /** Who has the VIP is decided as by keepalived: whoever hears nobody and may, has it. */
    private static final class SmallWorld {
        private static final Desired.Served WEB = Scene.wanting(80);
        private static final Observed GROUND =
                new Scene().allocated().claimed(80).published(WEB, 4).seen();

        private final SplittableRandom random;
        private final String name;
        private final List<Machine> machines = new ArrayList<>();
        private final Map<Integer, Long> incarnations = new HashMap<>();
        private Instant now = Scene.NOW;
        private boolean isPartitioned;

        SmallWorld(int seed) {
            random = new SplittableRandom(seed);
            name = "world " + seed;
        }

        void somethingHappens() {
            now = now.plusMillis(random.nextLong(20_000));
            switch (random.nextInt(13)) {
                case 0 -> any().ifPresent(this::dies);
                case 1 -> any().ifPresent(m -> connection(m, false));
                case 2 -> any().ifPresent(m -> asksFor(m, Replacement.OPERATOR));
                case 3 -> any().filter(m -> m.speaks(Role.ACTIVE)).ifPresent(this::failover);
                case 4 -> isPartitioned = true;
                case 5 -> isPartitioned = false;
                case 6 -> any().ifPresent(this::vanishesFromSight);
                case 7 -> any().ifPresent(m -> connections(m, random.nextInt(3)));
                case 8 -> any().ifPresent(m -> asksFor(m, Replacement.AGENT_UPGRADE));
                default -> life();
            }
        }

        void pass() {
            for (int round = 0; round < 10; round++) {
                var observed = seen();
                var steps = Plan.between(WEB, observed).steps();
                check(observed, steps);
                if (steps.isEmpty()) {
                    return;
                }
                steps.forEach(this::take);
                checkOrders();
            }
        }

        void comeToRest() {
            isPartitioned = false;
            for (int i = 0; i < MOST_PASSES; i++) {
                now = now.plusSeconds(2);
                machines.replaceAll(m ->
                        m.presence() == Presence.UNKNOWN
                                ? m(m, m.state(), Presence.RUNNING, m.agent(), m.orders())
                                : m);
                List.copyOf(machines).forEach(m -> connections(m, 0));
                life();
                life();
                pass();
                if (isAtRest()) {
                    return;
                }
            }
            assertThat(machines).as(name + " comes to rest").isEmpty();
        }

        private boolean isAtRest() {
            return machines.size() == 2
                    && machines.stream().filter(m -> m.speaks(Role.ACTIVE)).count() == 1
                    && machines.stream().filter(m -> m.speaks(Role.STANDBY)).count() == 1
                    && machines.stream()
                            .allMatch(m ->
                                    m.orders().replacement() == null && m.orders().yield() == null);
        }

        private void check(Observed observed, List<Step> steps) {
            var drains = steps.stream().filter(Step.DrainMachine.class::isInstance).count();
            var isDraining = observed.machines().stream().anyMatch(Machine::isDraining);
            assertThat(drains)
                    .as(name + ", machines retired at once")
                    .isLessThanOrEqualTo(isDraining ? 0 : 1);
            for (var step : steps) {
                switch (step) {
                    case Step.DrainMachine(var spec) -> {
                        var machine = machine(spec.slot(), spec.incarnation());
                        assertThat(machine.speaks(Role.ACTIVE)).as(name).isFalse();
                        assertThat(servingPeerOf(machine)).as(name + ", who serves").isPresent();
                    }
                    case Step.YieldVip(var spec, var _) -> {
                        var machine = machine(spec.slot(), spec.incarnation());
                        assertThat(readyPeerOf(machine)).as(name + ", who could serve").isPresent();
                    }
                    case Step.RemoveMachine(var spec) ->
                            assertThat(machine(spec.slot(), spec.incarnation()).isDraining())
                                    .as(name)
                                    .isTrue();
                    case Step.WriteOffMachine(var spec) ->
                            assertThat(machine(spec.slot(), spec.incarnation()).isGone())
                                    .as(name)
                                    .isTrue();
                    default -> {}
                }
            }
        }

        private void checkOrders() {
            assertThat(
                            machines.stream()
                                    .filter(m -> !m.isDraining() && m.orders().yield() != null)
                                    .count())
                    .as(name + ", agents that are to leave the VIP")
                    .isLessThanOrEqualTo(1);
        }

        private Optional<Machine> servingPeerOf(Machine machine) {
            return readyPeerOf(machine).filter(peer -> peer.speaks(Role.ACTIVE));
        }

        private Optional<Machine> readyPeerOf(Machine machine) {
            return machines.stream()
                    .filter(peer -> peer.spec().slot() != machine.spec().slot())
                    .filter(peer -> !peer.isDraining() && !peer.isGone() && peer.isConfigured())
                    .findFirst();
        }

        private void take(Step step) {
            switch (step) {
                case Step.IntendMachine(var slot, var incarnation, var _) -> {
                    incarnations.put(slot, incarnation);
                    machines.add(
                            new Machine(
                                    Scene.spec(slot, incarnation),
                                    State.INTENT,
                                    Presence.ABSENT,
                                    now,
                                    null));
                }
                case Step.EnsureMachine(var s) -> {
                    var m = machine(s.slot(), s.incarnation());
                    if (m.presence() != Presence.RUNNING) {
                        set(m(m, State.CREATING, Presence.RUNNING, m.agent(), m.orders()));
                    } else {
                        connection(m, true);
                    }
                }
                case Step.NoteDeath(var s) -> {
                    var m = machine(s.slot(), s.incarnation());
                    set(
                            m(
                                    m,
                                    m.state(),
                                    m.presence(),
                                    m.agent(),
                                    o(
                                            m.orders(),
                                            m.orders().yield(),
                                            m.orders().replacement(),
                                            null,
                                            null,
                                            now)));
                }
                case Step.NoteReturn(var s) -> {
                    var m = machine(s.slot(), s.incarnation());
                    set(
                            m(
                                    m,
                                    m.state(),
                                    m.presence(),
                                    m.agent(),
                                    o(
                                            m.orders(),
                                            m.orders().yield(),
                                            m.orders().replacement(),
                                            null,
                                            null,
                                            null)));
                }
                case Step.YieldVip(var s, var reason) -> {
                    var m = machine(s.slot(), s.incarnation());
                    yields(m, new Yield(reason, now));
                }
                case Step.ClaimVip(var s) -> yields(machine(s.slot(), s.incarnation()), null);
                case Step.KeepMachine(var s) -> asksFor(machine(s.slot(), s.incarnation()), null);
                case Step.DrainMachine(var s) -> {
                    var m = machine(s.slot(), s.incarnation());
                    set(
                            m(
                                    m,
                                    State.DRAINING,
                                    m.presence(),
                                    m.agent(),
                                    o(
                                            m.orders(),
                                            m.orders().yield(),
                                            m.orders().replacement(),
                                            now.plus(MoveSettings.DEFAULT.drain()),
                                            2,
                                            m.orders().foundDead())));
                }
                case Step.RemoveMachine(var s) ->
                        machines.remove(machine(s.slot(), s.incarnation()));
                case Step.WriteOffMachine(var s) ->
                        machines.remove(machine(s.slot(), s.incarnation()));
                default -> throw new AssertionError(name + " has no such step: " + step);
            }
        }

        /** What machines and agents do by themselves. */
        private void life() {
            for (var m : List.copyOf(machines)) {
                if (m.presence() == Presence.RUNNING && m.agent() == null && !m.isDraining()) {
                    set(
                            m(
                                    m,
                                    State.STANDBY,
                                    m.presence(),
                                    agent(Role.STANDBY, 4, true),
                                    m.orders()));
                } else if (m.presence() == Presence.RUNNING && m.agent() != null) {
                    connection(m, true);
                }
            }
            if (!isPartitioned) {
                List.copyOf(machines).forEach(this::hear);
            }
            elect();
        }

        private void hear(Machine m) {
            var yield = m.orders().yield();
            if (yield != null && yield.reason() == Yield.Reason.PARTITION) {
                yields(m, new Yield(yield.reason(), yield.since(), true));
            }
        }

        private void elect() {
            var candidates =
                    machines.stream()
                            .filter(m -> m.presence() == Presence.RUNNING && m.agent() != null)
                            .filter(m -> !m.isDraining() && m.orders().yield() == null)
                            .toList();
            var owner =
                    candidates.stream()
                            .filter(m -> m.agentOrThrow().role() == Role.ACTIVE)
                            .findFirst()
                            .or(() -> candidates.stream().findFirst());
            for (var m : List.copyOf(machines)) {
                if (m.agent() != null && m.presence() == Presence.RUNNING) {
                    var isOwner =
                            candidates.contains(m)
                                    && (isPartitioned || owner.filter(m::equals).isPresent());
                    role(m, isOwner ? Role.ACTIVE : Role.STANDBY);
                }
            }
        }

        private void role(Machine m, Role role) {
            var agent = m.agentOrThrow();
            if (agent.role() == role) {
                return;
            }
            var orders = m.orders();
            var active = role == Role.ACTIVE ? now : orders.lastActive();
            set(
                    m(
                            m,
                            m.isDraining()
                                    ? m.state()
                                    : role == Role.ACTIVE ? State.ACTIVE : State.STANDBY,
                            m.presence(),
                            agent(role, agent.appliedRevision(), agent.isConnected()),
                            new Orders(
                                    orders.yield(),
                                    orders.replacement(),
                                    orders.shape(),
                                    orders.drainUntil(),
                                    orders.connections(),
                                    active,
                                    orders.foundDead())));
        }

        private Agent agent(Role role, long applied, boolean isConnected) {
            return new Agent(
                    isConnected,
                    role,
                    now,
                    applied,
                    GROUND.newest().generation(),
                    GROUND.newest().sha256(),
                    null,
                    true,
                    Scene.VERSION);
        }

        private void dies(Machine m) {
            set(
                    m(
                            m,
                            m.state(),
                            m.state() == State.INTENT ? Presence.ABSENT : Presence.DEAD,
                            m.agent() == null
                                    ? null
                                    : agent(
                                            m.agentOrThrow().role(),
                                            m.agentOrThrow().appliedRevision(),
                                            false),
                            m.orders()));
        }

        private void vanishesFromSight(Machine m) {
            if (m.presence() == Presence.RUNNING) {
                set(m(m, m.state(), Presence.UNKNOWN, m.agent(), m.orders()));
            } else if (m.presence() == Presence.UNKNOWN) {
                set(m(m, m.state(), Presence.RUNNING, m.agent(), m.orders()));
            }
        }

        private void connection(Machine m, boolean isOpen) {
            if (m.agent() != null && !m.isDraining()) {
                set(
                        m(
                                m,
                                m.state(),
                                m.presence(),
                                agent(
                                        m.agentOrThrow().role(),
                                        m.agentOrThrow().appliedRevision(),
                                        isOpen),
                                m.orders()));
            }
        }

        private void asksFor(Machine m, Replacement why) {
            if (!m.isDraining()) {
                set(
                        m(
                                m,
                                m.state(),
                                m.presence(),
                                m.agent(),
                                o(
                                        m.orders(),
                                        m.orders().yield(),
                                        why,
                                        null,
                                        null,
                                        m.orders().foundDead())));
            }
        }

        /** As the API does: not while another order stands. */
        private void failover(Machine m) {
            if (machines.stream()
                    .noneMatch(other -> !other.isDraining() && other.orders().yield() != null)) {
                yields(m, new Yield(Yield.Reason.FAILOVER, now));
            }
        }

        private void connections(Machine m, int count) {
            if (m.isDraining()) {
                set(
                        m(
                                m,
                                m.state(),
                                m.presence(),
                                m.agent(),
                                o(
                                        m.orders(),
                                        m.orders().yield(),
                                        m.orders().replacement(),
                                        m.orders().drainUntil(),
                                        count,
                                        m.orders().foundDead())));
            }
        }

        private void yields(Machine m, Yield yield) {
            set(
                    m(
                            m,
                            m.state(),
                            m.presence(),
                            m.agent(),
                            o(
                                    m.orders(),
                                    yield,
                                    m.orders().replacement(),
                                    m.orders().drainUntil(),
                                    m.orders().connections(),
                                    m.orders().foundDead())));
        }

        private static Orders o(
                Orders o,
                Yield yield,
                Replacement why,
                Instant drainUntil,
                Integer connections,
                Instant foundDead) {
            return new Orders(
                    yield, why, o.shape(), drainUntil, connections, o.lastActive(), foundDead);
        }

        private static Machine m(
                Machine m, State state, Presence presence, Agent agent, Orders orders) {
            return new Machine(m.spec(), state, presence, m.since(), agent, orders);
        }

        private void set(Machine next) {
            machines.replaceAll(m -> m.spec().equals(next.spec()) ? next : m);
        }

        private Machine machine(int slot, long incarnation) {
            return machines.stream()
                    .filter(m -> m.spec().slot() == slot && m.spec().incarnation() == incarnation)
                    .findFirst()
                    .orElseThrow();
        }

        private Optional<Machine> any() {
            return machines.isEmpty()
                    ? Optional.empty()
                    : Optional.of(machines.get(random.nextInt(machines.size())));
        }

        private Observed seen() {
            var slots = new HashMap<Integer, Observed.Slot>();
            incarnations.forEach((slot, last) -> slots.put(slot, new Observed.Slot(last, 0, null)));
            return new Observed(
                    now,
                    GROUND.addresses(),
                    GROUND.free(),
                    null,
                    GROUND.claims(),
                    GROUND.foreignClaims(),
                    GROUND.newest(),
                    machines,
                    slots,
                    GROUND.status(),
                    new Observed.Upkeep(
                            MoveSettings.DEFAULT, false, Duration.ZERO, "", Scene.VERSION),
                    null);
        }
    }
}
