package dev.plimsoll.api.health;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of one agent, or of the provisioner. Names as in the table {@code agent_inquiry}.
 *
 * @param machine whose agent is asked; null for the provisioner
 * @param document what the question is about, where that is not a target
 */
public record Question(
        Kind kind,
        @Nullable UUID machine,
        @Nullable String targetPool,
        @Nullable String ip,
        @Nullable Integer port,
        @Nullable String document) {

    public enum Kind {
        /** How are your targets? */
        HEALTH,
        /** Go the way to this target. */
        EXPLAIN,
        /** What do packet filters let through to this target? */
        FILTER,
        /** What would you do with this spec? */
        PLAN,
        /** What would this document do? */
        REHEARSE
    }

    static Question health(UUID machine, @Nullable String targetPool) {
        return new Question(Kind.HEALTH, machine, targetPool, null, null, null);
    }

    static Question explain(UUID machine, String targetPool, String ip, int port) {
        return new Question(Kind.EXPLAIN, machine, targetPool, ip, port, null);
    }

    static Question filter(String targetPool, String ip, int port) {
        return new Question(Kind.FILTER, null, targetPool, ip, port, null);
    }

    /**
     * @param spec as it would be stored; null for the end of the load balancer
     */
    public static Question plan(@Nullable String spec) {
        return new Question(Kind.PLAN, null, null, null, null, spec);
    }

    /**
     * @param document as the provisioner would send it; null for the end of the load balancer
     */
    public static Question rehearse(UUID machine, @Nullable String document) {
        return new Question(Kind.REHEARSE, machine, null, null, null, document);
    }
}
