package dev.plimsoll.api.rehearsal;

import dev.plimsoll.api.loadbalancer.Effect;
import dev.plimsoll.api.status.AgentView;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one agent would do, by its own comparison of what it has with what it would get.
 *
 * @param objection why it would not take it; null where it would
 * @param established its connections and sessions now; null where it did not say
 * @param connectionCeiling what its machine can hold; 0 where it did not say
 * @param sourcePorts for connections to one target; 0 where it did not say
 */
public record AgentsWord(
        UUID machineId,
        @Nullable String role,
        Reason reason,
        @Nullable Objection objection,
        List<Told> effects,
        @Nullable Integer established,
        int connectionCeiling,
        int sourcePorts,
        List<Header> headers) {

    /** Why there is an answer, or none. */
    public enum Reason {
        ANSWERED,
        NOT_CONNECTED,
        NO_ANSWER,
        BUSY,
        /** It has not got, or not taken, what the change would be made to. */
        OTHER_CONFIGURATION,
        /** The provisioner did not say what the agent would get. */
        NOT_ASKED
    }

    record Objection(String path, String detail) {}

    /** A change of the agents' document, and what becomes of connections. */
    record Told(String path, String event, Effect effect, int connections) {}

    /** What a target made of a PROXY header. */
    record Header(String path, String outcome) {
        boolean isRefused() {
            return outcome.equals("ENDED") || outcome.equals("MISREAD");
        }
    }

    boolean answered() {
        return reason == Reason.ANSWERED;
    }

    static AgentsWord none(AgentView agent, Reason reason) {
        return new AgentsWord(
                agent.machineId(), agent.role(), reason, null, List.of(), null, 0, 0, List.of());
    }

    /**
     * @param generation that it must have for its word to count
     */
    static AgentsWord of(AgentView agent, JsonNode json, long generation) {
        if (json.path("isBusy").asBoolean()) {
            return none(agent, Reason.BUSY);
        }
        var objection = json.path("objection");
        boolean isCurrent = json.path("generation").asLong() == generation || objection.isObject();
        return new AgentsWord(
                agent.machineId(),
                agent.role(),
                isCurrent ? Reason.ANSWERED : Reason.OTHER_CONFIGURATION,
                objection.isObject()
                        ? new Objection(
                                objection.path("path").asString(""),
                                objection.path("detail").asString(""))
                        : null,
                json.path("effects").valueStream().map(AgentsWord::told).toList(),
                json.path("established").asInt(),
                json.path("connectionCeiling").asInt(),
                json.path("sourcePorts").asInt(),
                json.path("headers")
                        .valueStream()
                        .map(it ->
                                new Header(
                                        it.path("path").asString(""),
                                        it.path("outcome").asString("")))
                        .toList());
    }

    private static Told told(JsonNode json) {
        return new Told(
                json.path("path").asString(""),
                json.path("event").asString(""),
                effect(json.path("fate").asString("")),
                json.path("connections").asInt());
    }

    /** A fate that only newer agents know is taken for the worst. */
    private static Effect effect(String fate) {
        return switch (fate) {
            case "STAYS" -> Effect.IN_PLACE;
            case "NEW_ONLY" -> Effect.NEW_CONNECTIONS;
            case "DRAINS" -> Effect.DRAINS;
            case "MOVES" -> Effect.MOVES;
            default -> Effect.CLOSES;
        };
    }
}
