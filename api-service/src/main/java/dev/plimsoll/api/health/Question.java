package dev.plimsoll.api.health;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of one agent, or of the provisioner. Names as in the table {@code agent_inquiry}.
 *
 * @param machine whose agent is asked; null for the provisioner
 * @param inWords JSON in the agents' words, where the other members do not say it
 */
public record Question(
        Kind kind,
        @Nullable UUID machine,
        @Nullable String targetPool,
        @Nullable String ip,
        @Nullable Integer port,
        @Nullable String inWords) {

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
        /** What went through lately? It is written down before the answer comes. */
        TRAFFIC,
        /** What do you count? */
        METRICS
    }

    public static Question traffic(UUID machine) {
        return new Question(Kind.TRAFFIC, machine, null, null, null, null);
    }

    public static Question metrics(UUID machine) {
        return new Question(Kind.METRICS, machine, null, null, null, null);
    }

    static Question health(UUID machine, @Nullable String targetPool) {
        return new Question(Kind.HEALTH, machine, targetPool, null, null, null);
    }

    static Question explain(UUID machine, String targetPool, String ip, int port) {
        return new Question(Kind.EXPLAIN, machine, targetPool, ip, port, null);
    }

    public static Question connections(UUID machine, String inWords) {
        return new Question(Kind.CONNECTIONS, machine, null, null, null, inWords);
    }

    public static Question close(UUID machine, String inWords) {
        return new Question(Kind.CLOSE, machine, null, null, null, inWords);
    }

    static Question filter(String targetPool, String ip, int port) {
        return new Question(Kind.FILTER, null, targetPool, ip, port, null);
    }
}
