package dev.plimsoll.api.loadbalancer;

import static dev.plimsoll.api.loadbalancer.Effect.CLOSES;
import static dev.plimsoll.api.loadbalancer.Effect.DRAINS;
import static dev.plimsoll.api.loadbalancer.Effect.IN_PLACE;
import static dev.plimsoll.api.loadbalancer.Effect.MOVES;
import static dev.plimsoll.api.loadbalancer.Effect.NEW_CONNECTIONS;
import static dev.plimsoll.api.loadbalancer.Effect.REPLACES;

import dev.plimsoll.api.loadbalancer.spec.Protocol;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What each kind of change does, in words; the same table is published in {@code docs/changes.md}.
 * Where a member has several rows, the first holds unless whoever executes the change says another.
 */
public final class EffectTable {
    private EffectTable() {}

    /** What happens to a member. */
    enum Event {
        ADDED(Change::isAddition),
        REMOVED(Change::isRemoval),
        /** Of a listener. */
        UDP_REMOVED(EffectTable::isUdpListenerThatLeaves),
        /** The last row for a member: however it changes. */
        CHANGED(_ -> true);

        private final Predicate<Change> matches;

        Event(Predicate<Change> matches) {
            this.matches = matches;
        }
    }

    /**
     * One row.
     *
     * @param member a pointer with {@code *} for indices; stands for all below it as well
     */
    public record Rule(String member, Event event, Effect effect, String explanation) {

        private boolean covers(Change change) {
            return event.matches.test(change) && isAtOrBelow(change.path());
        }

        private boolean isAtOrBelow(String path) {
            var wanted = member.split("/", -1);
            var actual = path.split("/", -1);
            if (event != Event.CHANGED && actual.length != wanted.length) {
                return false;
            }
            for (int i = 0; i < wanted.length; i++) {
                if (i >= actual.length
                        || !(wanted[i].equals(actual[i])
                                || (wanted[i].equals("*") && actual[i].matches("[0-9]+")))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The first row that covers a change says what it does. */
    private static final List<Rule> RULES =
            List.of(
                    new Rule(
                            "",
                            Event.ADDED,
                            NEW_CONNECTIONS,
                            "a new load balancer serves once its agents run"),
                    new Rule(
                            "",
                            Event.REMOVED,
                            CLOSES,
                            "the agents stop; what is left after half a second is reset"),
                    new Rule(
                            "/planId",
                            Event.CHANGED,
                            NEW_CONNECTIONS,
                            "the new limit holds for the next connection; none is closed to meet"
                                    + " it"),
                    new Rule(
                            "/planId",
                            Event.CHANGED,
                            REPLACES,
                            "machines of another size take their places: first the one that stands"
                                + " by, then the address moves to it, then the other; no outage,"
                                + " and who is connected may finish for a while"),
                    new Rule(
                            "/externalAddress",
                            Event.CHANGED,
                            IN_PLACE,
                            "the ephemeral address is kept for good; it stays the same"),
                    new Rule("/labels", Event.CHANGED, IN_PLACE, "labels are not for agents"),
                    new Rule(
                            "/options/ephemeralAddress",
                            Event.CHANGED,
                            IN_PLACE,
                            "the ephemeral address is kept for good; it stays the same"),
                    new Rule(
                            "/options/privateNetworkOnly",
                            Event.CHANGED,
                            IN_PLACE,
                            "another spelling; the address stays as it is"),
                    new Rule(
                            "/options/accessControl",
                            Event.CHANGED,
                            NEW_CONNECTIONS,
                            "checked when a connection is made; established ones of sources that"
                                    + " are no longer allowed go on"),
                    new Rule(
                            "/options/accessControl",
                            Event.CHANGED,
                            CLOSES,
                            "established TCP connections go on; UDP sessions of sources that are"
                                    + " no longer allowed end with their next datagram"),
                    new Rule(
                            "/options/observability",
                            Event.CHANGED,
                            IN_PLACE,
                            "logs and metrics go elsewhere; traffic is not concerned"),
                    new Rule("/options", Event.CHANGED, IN_PLACE, "another spelling"),
                    new Rule(
                            "/listeners/*",
                            Event.ADDED,
                            NEW_CONNECTIONS,
                            "the port opens; all ports of a change open, or none"),
                    new Rule(
                            "/listeners/*",
                            Event.UDP_REMOVED,
                            CLOSES,
                            "the port closes, and the sessions that came through it end"),
                    new Rule(
                            "/listeners/*",
                            Event.REMOVED,
                            DRAINS,
                            "the port closes; established connections go on"),
                    new Rule(
                            "/listeners/*/displayName",
                            Event.CHANGED,
                            IN_PLACE,
                            "the name in metrics changes"),
                    new Rule(
                            "/listeners/*/udp",
                            Event.CHANGED,
                            IN_PLACE,
                            "holds for sessions that there are from their next datagram on"),
                    new Rule(
                            "/listeners/*/targetPool",
                            Event.CHANGED,
                            NEW_CONNECTIONS,
                            "decides where the next connection goes"),
                    new Rule(
                            "/listeners/*/targetPool",
                            Event.CHANGED,
                            MOVES,
                            "UDP sessions go on at targets of the other pool, with their next"
                                    + " datagram"),
                    new Rule(
                            "/listeners/*",
                            Event.CHANGED,
                            NEW_CONNECTIONS,
                            "protocol, domains and idle timeout are read when a connection is"
                                    + " made"),
                    new Rule("/listeners", Event.CHANGED, IN_PLACE, "their order has no meaning"),
                    new Rule(
                            "/targetPools/*/targets/*",
                            Event.ADDED,
                            NEW_CONNECTIONS,
                            "gets connections once it has passed its health check"),
                    new Rule(
                            "/targetPools/*/targets/*",
                            Event.REMOVED,
                            DRAINS,
                            "gets no new connections; established ones go on"),
                    new Rule(
                            "/targetPools/*/targets/*",
                            Event.REMOVED,
                            MOVES,
                            "gets no new connections; established TCP connections go on, UDP"
                                    + " sessions go on at other targets with their next datagram"),
                    new Rule(
                            "/targetPools/*/targets/*/displayName",
                            Event.CHANGED,
                            IN_PLACE,
                            "the name is not for agents"),
                    new Rule(
                            "/targetPools/*/targets",
                            Event.CHANGED,
                            NEW_CONNECTIONS,
                            "the order in which they take turns"),
                    new Rule(
                            "/targetPools/*/targetPort",
                            Event.CHANGED,
                            DRAINS,
                            "targets on the new port are new targets, used once they have passed"
                                    + " their health check; connections to the old port go on"),
                    new Rule(
                            "/targetPools/*/targetPort",
                            Event.CHANGED,
                            MOVES,
                            "targets on the new port are new targets, used once they have passed"
                                    + " their health check; TCP connections to the old port go on,"
                                    + " UDP sessions move to the new one with their next datagram"),
                    new Rule(
                            "/targetPools/*/sessionPersistence",
                            Event.CHANGED,
                            NEW_CONNECTIONS,
                            "decides where the next connection goes"),
                    new Rule(
                            "/targetPools/*/activeHealthCheck",
                            Event.CHANGED,
                            NEW_CONNECTIONS,
                            "targets must pass the new check before they get new connections;"
                                    + " established ones go on"),
                    new Rule(
                            "/targetPools/*/activeHealthCheck",
                            Event.CHANGED,
                            MOVES,
                            "targets must pass the new check before they get anything new:"
                                + " established TCP connections go on, datagrams of UDP sessions"
                                + " are lost until then"),
                    new Rule(
                            "/targetPools/*",
                            Event.ADDED,
                            NEW_CONNECTIONS,
                            "used by the listeners that name it"),
                    new Rule(
                            "/targetPools/*",
                            Event.REMOVED,
                            DRAINS,
                            "its targets get no new connections; established ones go on"),
                    new Rule(
                            "/targetPools/*",
                            Event.REMOVED,
                            MOVES,
                            "its targets get no new connections; established TCP connections go"
                                    + " on, UDP sessions go on elsewhere or end"),
                    new Rule(
                            "/targetPools", Event.CHANGED, IN_PLACE, "their order has no meaning"));

    static List<Rule> rules() {
        return RULES;
    }

    /** In the words that the member has for this effect, if any. */
    public static Optional<Rule> of(Change change, Effect effect) {
        var member = of(change).member;
        return RULES.stream()
                .filter(rule ->
                        rule.effect == effect && rule.member.equals(member) && rule.covers(change))
                .findFirst();
    }

    private static boolean isUdpListenerThatLeaves(Change change) {
        var from = change.from();
        return change.isRemoval()
                && from != null
                && from.path("protocol").asString("").equals(Protocol.PROTOCOL_UDP.name());
    }

    public static Rule of(Change change) {
        return RULES.stream()
                .filter(rule -> rule.covers(change))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No rule for " + change.path()));
    }
}
