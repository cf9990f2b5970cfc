package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.ChangeEffect;
import dev.plimsoll.agent.protocol.HeaderReception;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration would do, had it been applied.
 *
 * @param generation of the one in force; 0 where there is none
 * @param refusal null where it would be taken
 * @param established connections and sessions
 */
public record Rehearsed(
        long generation,
        @Nullable ConfigRefused refusal,
        List<ChangeEffect> effects,
        int established,
        List<HeaderReception> headers) {

    public Rehearsed {
        effects = List.copyOf(effects);
        headers = List.copyOf(headers);
    }

    /** What was seen under the engine's lock. */
    record Look(
            @Nullable Snapshot now,
            Snapshot next,
            Difference difference,
            @Nullable ConfigRefused refusal) {

        Rehearsed told(List<LoopScope> scopes) {
            var parties = Census.of(scopes, next.sources());
            return new Rehearsed(
                    now == null ? 0 : now.applied().generation(),
                    refusal,
                    now == null
                            ? List.of()
                            : Rehearsal.of(now.config(), next.config(), difference, parties),
                    Census.sum(parties, _ -> true),
                    HeaderTrials.of(next, difference));
        }
    }

    static Rehearsed ofEnd(long generation, List<Census.Party> parties) {
        return new Rehearsed(
                generation,
                null,
                Rehearsal.ofEnd(parties),
                Census.sum(parties, _ -> true),
                List.of());
    }

    static Rehearsed refused(long generation, ConfigRefused refusal, List<Census.Party> parties) {
        return new Rehearsed(
                generation, refusal, List.of(), Census.sum(parties, _ -> true), List.of());
    }
}
