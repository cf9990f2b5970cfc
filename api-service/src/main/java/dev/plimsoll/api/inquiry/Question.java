package dev.plimsoll.api.inquiry;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of one agent, or of the provisioner. Names as in the table {@code agent_inquiry}.
 *
 * @param machine whose agent is asked; null for the provisioner
 * @param inWords JSON in the agents' words, where the other members do not say it
 * @param document what the question is about, where that is not a target
 */
public record Question(
        Kind kind,
        @Nullable UUID machine,
        @Nullable String targetPool,
        @Nullable String ip,
        @Nullable Integer port,
        @Nullable String inWords,
        @Nullable String document) {

    public enum Kind {
        /** How are your targets? */
        HEALTH,
        /** Go the way to this target. */
        EXPLAIN,
        /** What do packet filters let through to this target? */
        FILTER,
        /** Which connections are there, or were? */
        CONNECTIONS,
        /** End this one. */
        CLOSE,
        /** What would you do with this spec? */
        PLAN,
        /** What would this document do? */
        REHEARSE,
        /** What went through lately? It is written down before the answer comes. */
        TRAFFIC,
        /** What do you count? */
        METRICS
    }

    public static Question traffic(UUID machine) {
        return new Question(Kind.TRAFFIC, machine, null, null, null, null, null);
    }

    public static Question metrics(UUID machine) {
        return new Question(Kind.METRICS, machine, null, null, null, null, null);
    }

    public static Question health(UUID machine, @Nullable String targetPool) {
        return new Question(Kind.HEALTH, machine, targetPool, null, null, null, null);
    }

    public static Question explain(UUID machine, String targetPool, String ip, int port) {
        return new Question(Kind.EXPLAIN, machine, targetPool, ip, port, null, null);
    }

    public static Question connections(UUID machine, String inWords) {
        return new Question(Kind.CONNECTIONS, machine, null, null, null, inWords, null);
    }

    public static Question close(UUID machine, String inWords) {
        return new Question(Kind.CLOSE, machine, null, null, null, inWords, null);
    }

    public static Question filter(String targetPool, String ip, int port) {
        return new Question(Kind.FILTER, null, targetPool, ip, port, null, null);
    }

    /**
     * @param spec as it would be stored; null for the end of the load balancer
     */
    public static Question plan(@Nullable String spec) {
        return new Question(Kind.PLAN, null, null, null, null, null, spec);
    }

    /**
     * @param document as the provisioner would send it; null for the end of the load balancer
     */
    public static Question rehearse(UUID machine, @Nullable String document) {
        return new Question(Kind.REHEARSE, machine, null, null, null, null, document);
    }
}
