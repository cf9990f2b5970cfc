package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Objection;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.reconcile.Observed.State;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import tools.jackson.databind.json.JsonMapper;

/** Builds worlds for tables. Begins with nothing but free addresses. */
final class Scene {
    static final String PRIVATE = "127.64.0.1";
    static final String EPHEMERAL = "127.80.0.1";
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LONG_AGO = NOW.minusSeconds(3600);
    private static final LoadBalancerId ID = new LoadBalancerId(new UUID(0, 1));
    static final String VERSION = "1";
    private static final UUID PROJECT = new UUID(0, 2);

    private final Map<AddressKind, String> addresses = new EnumMap<>(AddressKind.class);
    private final Map<AddressKind, String> free =
            new EnumMap<>(Map.of(AddressKind.PRIVATE, PRIVATE, AddressKind.EPHEMERAL, EPHEMERAL));
    private final Set<Claim> claims = new HashSet<>();
    private final Set<Claim> foreign = new HashSet<>();
    private final List<Observed.Machine> machines = new ArrayList<>();
    private final Map<Integer, Observed.Slot> slots = new HashMap<>();
    private Map<Condition.Type, Condition> conditions = Map.of();
    private Observed.Upkeep upkeep = Observed.Upkeep.DEFAULT;
    private boolean hasBeenReady;
    private Objection objection;
    private Observed.Published newest;
    private Surroundings surroundings;

    static Desired.Served wanting(int port) {
        return wanting(1, Orders.ephemeral(port, "127.0.0.1"));
    }

    static Desired.Served wanting(long generation, String order) {
        return new Desired.Served(
                ID,
                PROJECT,
                "web",
                generation,
                new JsonMapper().readValue(order, Spec.class),
                10_000);
    }

    static Desired gone() {
        return new Desired.Gone(ID, PROJECT);
    }

    static Claim claim(String address, int port) {
        return new Claim(address, Claim.Transport.TCP, port);
    }

    static MachineSpec spec(int slot, long incarnation) {
        return new MachineSpec(
                new MachineId(new UUID(slot, incarnation)), ID, PROJECT, slot, incarnation);
    }

    Scene without(AddressKind kind) {
        free.remove(kind);
        return this;
    }

    Scene allocated() {
        addresses.put(AddressKind.PRIVATE, PRIVATE);
        addresses.put(AddressKind.EPHEMERAL, EPHEMERAL);
        return this;
    }

    Scene claimed(int port) {
        claims.add(claim(EPHEMERAL, port));
        claims.add(claim(PRIVATE, port));
        return this;
    }

    Scene opposed(Objection by) {
        objection = by;
        return this;
    }

    Scene in(Surroundings network) {
        surroundings = network;
        return this;
    }

    Scene claimedByOthers(int port) {
        foreign.add(claim(EPHEMERAL, port));
        return this;
    }

    Scene published(Desired.Served desired, long revision) {
        var config = ConfigCompiler.compile(desired, List.of(EPHEMERAL, PRIVATE), revision);
        var document = ConfigDocument.of(config);
        newest =
                new Observed.Published(
                        revision, config.generation(), document, ConfigDocument.sha256(document));
        return this;
    }

    Scene machine(int slot, State state, Presence presence) {
        return add(slot, state, presence, null);
    }

    Scene connected(int slot, Role role) {
        return connected(slot, role, newest == null ? 0 : newest.revision());
    }

    Scene connected(int slot, Role role, long appliedRevision) {
        return add(slot, stateOf(role), Presence.RUNNING, agent(true, role, appliedRevision, null));
    }

    Scene speaking(int slot, State state, Role role) {
        return add(slot, state, Presence.RUNNING, agent(true, role, newest.revision(), null));
    }

    Scene silent(int slot, Role role) {
        return add(
                slot, stateOf(role), Presence.RUNNING, agent(false, role, newest.revision(), null));
    }

    Scene refusing(int slot, Role role, Refusal code) {
        return add(
                slot,
                stateOf(role),
                Presence.RUNNING,
                agent(
                        true,
                        role,
                        newest.revision() - 1,
                        new Observed.Refused(newest.revision(), code, "/listeners/0/port", "why")));
    }

    /** Written down this moment; its process starts. */
    Scene starting(int slot) {
        return add(slot, State.CREATING, Presence.RUNNING, NOW, null);
    }

    Scene history(int slot, long lastIncarnation, int earlyDeaths, Instant lastDeath) {
        slots.put(slot, new Observed.Slot(lastIncarnation, earlyDeaths, lastDeath));
        return this;
    }

    Scene afterBeingReady(Map<Condition.Type, Condition> then) {
        conditions = then;
        hasBeenReady = true;
        return this;
    }

    Observed seen() {
        return new Observed(
                NOW,
                addresses,
                free,
                objection,
                claims,
                foreign,
                newest,
                machines,
                slots,
                new Observed.Status(conditions, hasBeenReady ? 1 : 0, hasBeenReady),
                upkeep,
                surroundings);
    }

    private Observed.Agent agent(
            boolean isConnected, Role role, long revision, Observed.Refused refused) {
        return new Observed.Agent(
                isConnected,
                role,
                NOW,
                revision,
                newest == null ? 0 : newest.generation() - (newest.revision() - revision),
                newest != null && revision == newest.revision() ? newest.sha256() : "other",
                refused,
                true,
                VERSION);
    }

    private Scene add(int slot, State state, Presence presence, Observed.Agent agent) {
        return add(slot, state, presence, LONG_AGO, agent);
    }

    private Scene add(
            int slot, State state, Presence presence, Instant since, Observed.Agent agent) {
        slots.putIfAbsent(slot, new Observed.Slot(1, 0, null));
        machines.add(
                new Observed.Machine(
                        spec(slot, 1),
                        state,
                        presence,
                        since,
                        agent,
                        orders(null, null, null, isGone(presence) ? LONG_AGO : null)));
        return this;
    }

    private static boolean isGone(Presence presence) {
        return presence == Presence.DEAD || presence == Presence.ABSENT;
    }

    private static Observed.Orders orders(
            Observed.Yield yield,
            Observed.Replacement replacement,
            Instant drainUntil,
            Instant foundDead) {
        return new Observed.Orders(yield, replacement, "", drainUntil, null, LONG_AGO, foundDead);
    }

    /** Of the machine that was added last. */
    Scene with(UnaryOperator<Observed.Orders> change) {
        var last = machines.removeLast();
        machines.add(
                new Observed.Machine(
                        last.spec(),
                        last.state(),
                        last.presence(),
                        last.since(),
                        last.agent(),
                        change.apply(last.orders())));
        return this;
    }

    Scene upkeep(Observed.Upkeep upkeep) {
        this.upkeep = upkeep;
        return this;
    }

    private static State stateOf(Role role) {
        return switch (role) {
            case STARTING -> State.ENROLLED;
            case STANDBY -> State.STANDBY;
            case ACTIVE -> State.ACTIVE;
        };
    }
}
