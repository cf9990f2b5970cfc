package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.Census.Party;
import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.ChangeEffect;
import dev.plimsoll.agent.protocol.ChangeEffect.Event;
import dev.plimsoll.agent.protocol.ChangeEffect.Fate;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Difference} does to connections, told member by member of the document. TCP
 * connections have what they need from the moment that they are made, and follow no configuration;
 * UDP sessions read each with their next datagram.
 */
final class Rehearsal {
    private final AgentConfig now;
    private final AgentConfig next;
    private final Difference difference;
    private final List<Party> parties;
    private final List<ChangeEffect> effects = new ArrayList<>();

    private Rehearsal(
            AgentConfig now, AgentConfig next, Difference difference, List<Party> parties) {
        this.now = now;
        this.next = next;
        this.difference = difference;
        this.parties = parties;
    }

    static List<ChangeEffect> of(
            AgentConfig now, AgentConfig next, Difference difference, List<Party> parties) {
        var rehearsal = new Rehearsal(now, next, difference, parties);
        rehearsal.whole();
        rehearsal.listeners();
        rehearsal.pools();
        return rehearsal.effects;
    }

    /** All of it ends. */
    static List<ChangeEffect> ofEnd(List<Party> parties) {
        return List.of(
                new ChangeEffect("", Event.REMOVED, Fate.CLOSES, Census.sum(parties, _ -> true)));
    }

    private void whole() {
        if (now.maxConnections() != next.maxConnections()) {
            int above = Census.sum(parties, _ -> true) - next.maxConnections();
            add("/maxConnections", Event.CHANGED, Fate.NEW_ONLY, Math.max(0, above));
        }
        if (!now.allowedSourceRanges().equals(next.allowedSourceRanges())) {
            sources();
        }
    }

    /** Streams are asked when they come, datagrams each. */
    private void sources() {
        add("/allowedSourceRanges", Event.CHANGED, Fate.NEW_ONLY, strangers(Endpoint.Kind.STREAM));
        int sessions = strangers(Endpoint.Kind.DATAGRAM);
        if (sessions > 0) {
            add("/allowedSourceRanges", Event.CHANGED, Fate.CLOSES, sessions);
        }
    }

    private int strangers(Endpoint.Kind kind) {
        return parties.stream()
                .filter(party -> party.kind() == kind)
                .mapToInt(Party::strangers)
                .sum();
    }

    private void listeners() {
        var pairs = ListenerPairs.between(now.listeners(), next.listeners());
        for (int i = 0; i < next.listeners().size(); i++) {
            var path = "/listeners/" + i;
            var before = pairs.before(i);
            if (before == null) {
                add(path, Event.ADDED, Fate.NEW_ONLY, 0);
                headers(path, Event.ADDED, next.listeners().get(i));
            } else {
                members(path, before, next.listeners().get(i));
            }
        }
        for (int i = 0; i < now.listeners().size(); i++) {
            if (!pairs.stays(i)) {
                var gone = now.listeners().get(i);
                add("/listeners/" + i, Event.REMOVED, kind(gone).whenClosed(), through(gone));
                headers("/listeners/" + i, Event.REMOVED, gone);
            }
        }
    }

    private void members(String path, ListenerConfig before, ListenerConfig after) {
        if (!before.name().equals(after.name())) {
            add(path + "/name", Event.CHANGED, Fate.STAYS, 0);
        }
        if (before.protocol() != after.protocol()) {
            add(path + "/protocol", Event.CHANGED, Fate.NEW_ONLY, through(before));
            headers(path + "/protocol", Event.CHANGED, before);
            headers(path + "/protocol", Event.CHANGED, after);
        }
        if (!before.serverNames().equals(after.serverNames())) {
            add(path + "/serverNames", Event.CHANGED, Fate.NEW_ONLY, through(before));
        }
        if (before.idleTimeoutMillis() != after.idleTimeoutMillis()) {
            boolean follows = kind(before) == Endpoint.Kind.DATAGRAM;
            add(
                    path + "/idleTimeoutMillis",
                    Event.CHANGED,
                    follows ? Fate.STAYS : Fate.NEW_ONLY,
                    through(before));
        }
        if (!before.targetPool().equals(after.targetPool())) {
            boolean follows = kind(before) == Endpoint.Kind.DATAGRAM;
            add(
                    path + "/targetPool",
                    Event.CHANGED,
                    follows ? Fate.MOVES : Fate.NEW_ONLY,
                    through(before));
        }
    }

    /** Targets that get PROXY headers, or no more, are others, also to sessions of their pool. */
    private void headers(String path, Event event, ListenerConfig listener) {
        var pool = named(now, listener.targetPool());
        if (listener.protocol() == ListenerConfig.Protocol.TCP_PROXY
                && pool != null
                && servesDatagrams(pool)
                && difference.leaving().stream().anyMatch(key -> key.pool().equals(pool.name()))) {
            add(path, event, Fate.MOVES, of(pool, party -> !isStream(party)));
        }
    }

    private int through(ListenerConfig listener) {
        return Census.sum(
                parties,
                party -> ListenerPairs.areOne(party.listener(), listener, now.listeners()));
    }

    private void pools() {
        for (int i = 0; i < next.targetPools().size(); i++) {
            var pool = next.targetPools().get(i);
            var before = named(now, pool.name());
            var path = "/targetPools/" + i;
            if (before == null) {
                add(path, Event.ADDED, Fate.NEW_ONLY, 0);
            } else {
                members(path, before, pool);
            }
        }
        for (int i = 0; i < now.targetPools().size(); i++) {
            var pool = now.targetPools().get(i);
            var path = "/targetPools/" + i;
            if (named(next, pool.name()) == null) {
                leaves(path, pool, party -> isOf(party, pool));
            } else {
                targetsThatLeave(path, pool);
            }
        }
    }

    private void members(String path, TargetPoolConfig before, TargetPoolConfig after) {
        if (before.balancing() != after.balancing()) {
            add(path + "/balancing", Event.CHANGED, Fate.NEW_ONLY, of(before, _ -> true));
        }
        if (!Objects.equals(before.healthCheck(), after.healthCheck())) {
            checkedAnew(path + "/healthCheck", before);
        }
        for (int i = 0; i < after.targets().size(); i++) {
            if (!before.targets().contains(after.targets().get(i))) {
                add(path + "/targets/" + i, Event.ADDED, Fate.NEW_ONLY, 0);
            }
        }
        if (isAnotherOrder(before, after)) {
            add(path + "/targets", Event.CHANGED, Fate.NEW_ONLY, 0);
        }
    }

    /** Another check makes other targets of the same places, which sessions find unproven. */
    private void checkedAnew(String path, TargetPoolConfig pool) {
        add(path, Event.CHANGED, Fate.NEW_ONLY, of(pool, Rehearsal::isStream));
        if (servesDatagrams(pool)) {
            add(path, Event.CHANGED, Fate.MOVES, of(pool, party -> !isStream(party)));
        }
    }

    private static boolean isAnotherOrder(TargetPoolConfig before, TargetPoolConfig after) {
        var stayed = before.targets().stream().filter(after.targets()::contains).toList();
        return !stayed.equals(after.targets().stream().filter(before.targets()::contains).toList());
    }

    private void targetsThatLeave(String path, TargetPoolConfig pool) {
        var staying =
                difference.joining().stream().map(Target.Key::place).collect(Collectors.toSet());
        for (int i = 0; i < pool.targets().size(); i++) {
            var place = new Target.Place(pool.name(), pool.targets().get(i));
            boolean leaves =
                    difference.leaving().stream().anyMatch(key -> key.place().equals(place));
            if (leaves && !staying.contains(place)) {
                leaves(
                        path + "/targets/" + i,
                        pool,
                        party -> party.target().key().place().equals(place));
            }
        }
    }

    private void leaves(String path, TargetPoolConfig pool, Predicate<Party> whose) {
        int streams = Census.sum(parties, whose.and(Rehearsal::isStream));
        add(path, Event.REMOVED, Fate.DRAINS, streams);
        if (servesDatagrams(pool)) {
            int sessions = Census.sum(parties, whose.and(party -> !isStream(party)));
            add(path, Event.REMOVED, Fate.MOVES, sessions);
        }
    }

    private boolean servesDatagrams(TargetPoolConfig pool) {
        return now.listeners().stream()
                .anyMatch(listener ->
                        kind(listener) == Endpoint.Kind.DATAGRAM
                                && listener.targetPool().equals(pool.name()));
    }

    private int of(TargetPoolConfig pool, Predicate<Party> which) {
        return Census.sum(parties, which.and(party -> isOf(party, pool)));
    }

    private static boolean isOf(Party party, TargetPoolConfig pool) {
        return party.target().key().pool().equals(pool.name());
    }

    private static boolean isStream(Party party) {
        return party.kind() == Endpoint.Kind.STREAM;
    }

    private static Endpoint.Kind kind(ListenerConfig listener) {
        return Endpoint.Kind.of(listener.protocol());
    }

    private static @Nullable TargetPoolConfig named(AgentConfig config, String name) {
        return config.targetPools().stream()
                .filter(pool -> pool.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private void add(String path, Event event, Fate fate, int connections) {
        effects.add(new ChangeEffect(path, event, fate, connections));
    }
}
