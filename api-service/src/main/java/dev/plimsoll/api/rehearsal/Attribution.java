package dev.plimsoll.api.rehearsal;

import dev.plimsoll.api.loadbalancer.Change;
import dev.plimsoll.api.loadbalancer.Effect;
import dev.plimsoll.api.loadbalancer.EffectTable;
import dev.plimsoll.api.loadbalancer.Written;
import dev.plimsoll.api.rehearsal.Forecast.Connections;
import dev.plimsoll.api.rehearsal.Forecast.Counted;
import dev.plimsoll.api.rehearsal.Forecast.Source;
import dev.plimsoll.api.rehearsal.Forecast.Told;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds for each change of the spec what was said of it. Whoever would do it is believed; the
 * published table speaks where nobody answered, and says it in words.
 */
final class Attribution {
    private static final String NO_DIFFERENCE = "what agents do stays the same";

    private final Written written;
    private final Places places;
    private final ProvisionersWord provisioner;
    private final List<AgentsWord> agents;
    private final List<AgentsWord> answered;

    Attribution(Written written, ProvisionersWord provisioner, List<AgentsWord> agents) {
        this.written = written;
        this.places = new Places(written.changes().before(), written.view().spec());
        this.provisioner = provisioner;
        this.agents = agents;
        this.answered =
                agents.stream().filter(it -> it.answered() && it.objection() == null).toList();
    }

    List<Told> all() {
        return written.changes().all().stream().map(this::told).toList();
    }

    private Told told(Change change) {
        if (change.path().equals("/planId") && !provisioner.replaced().isEmpty()) {
            return inWords(change, Effect.REPLACES, Source.PROVISIONER, onReplacedMachines());
        }
        var place = places.of(change);
        if (place.isEmpty() && provisioner.isThere()) {
            return inWords(change, Effect.IN_PLACE, Source.PROVISIONER, Connections.NONE);
        }
        return answered.isEmpty() || place.isEmpty()
                ? byTable(change)
                : byAgents(change, place.get());
    }

    private Told byAgents(Change change, Predicate<AgentsWord.Told> place) {
        var said =
                answered.stream().flatMap(agent -> agent.effects().stream()).filter(place).toList();
        var effect =
                said.stream()
                        .map(AgentsWord.Told::effect)
                        .max(Comparator.naturalOrder())
                        .orElse(Effect.IN_PLACE);
        int connections = said.stream().mapToInt(AgentsWord.Told::connections).sum();
        return inWords(change, effect, Source.AGENTS, counted(answered.size(), connections));
    }

    private Connections onReplacedMachines() {
        var theirs =
                agents.stream()
                        .filter(agent -> provisioner.replaced().contains(agent.machineId()))
                        .map(AgentsWord::established)
                        .filter(Objects::nonNull)
                        .toList();
        return theirs.isEmpty()
                ? Connections.UNKNOWN
                : new Connections(
                        theirs.size() == provisioner.replaced().size()
                                ? Counted.COMPLETE
                                : Counted.PARTIAL,
                        theirs.stream().mapToInt(Integer::intValue).sum());
    }

    private Connections counted(int who, int connections) {
        return new Connections(
                who == agents.size() ? Counted.COMPLETE : Counted.PARTIAL, connections);
    }

    private Told byTable(Change change) {
        var rule = EffectTable.of(change);
        boolean isNew = written.changes().since() == null;
        return new Told(
                change,
                rule.effect(),
                rule.explanation(),
                Source.TABLE,
                isNew || rule.effect() == Effect.IN_PLACE ? Connections.NONE : ofNobody());
    }

    /** Without any machine there are no connections. */
    private Connections ofNobody() {
        return agents.isEmpty() && provisioner.isThere() ? Connections.NONE : Connections.UNKNOWN;
    }

    private static Told inWords(
            Change change, Effect effect, Source source, Connections connections) {
        var words =
                Optional.of(EffectTable.of(change))
                        .filter(rule -> rule.effect() == effect)
                        .or(() -> EffectTable.of(change, effect))
                        .map(EffectTable.Rule::explanation)
                        .orElse(NO_DIFFERENCE);
        return new Told(change, effect, words, source, connections);
    }
}
