package dev.plimsoll.api.rehearsal;

import dev.plimsoll.api.loadbalancer.Change;
import dev.plimsoll.api.loadbalancer.Effect;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a write would do.
 *
 * @param provisioner whether one has said what it would do
 * @param replaced machines that would give their place to others
 */
public record Forecast(
        List<Told> changes,
        Answered provisioner,
        List<AgentsWord> agents,
        List<UUID> replaced,
        List<Warning> warnings) {

    /** Whether somebody has answered. */
    public enum Answered {
        YES,
        NO,
        /** There is nothing yet that anything could happen to. */
        NOT_ASKED
    }

    /** A change, and what becomes of connections. */
    public record Told(
            Change change,
            Effect effect,
            String explanation,
            Source saidBy,
            Connections affected) {}

    /** Whose word it is. */
    public enum Source {
        AGENTS,
        PROVISIONER,
        /** Nobody answered who would do it: the published table. */
        TABLE
    }

    /**
     * @param established those that the change concerns; null where nobody could count them
     */
    public record Connections(Counted counted, @Nullable Integer established) {
        static final Connections NONE = new Connections(Counted.COMPLETE, 0);
        static final Connections UNKNOWN = new Connections(Counted.UNKNOWN, null);
    }

    public enum Counted {
        COMPLETE,
        /** Not every agent has answered: there may be more. */
        PARTIAL,
        UNKNOWN
    }

    /**
     * @param path in the load balancer as it would be
     */
    public record Warning(Code code, String path, String message) {

        public enum Code {
            SINGLE_TARGET,
            SOURCE_PORTS,
            MACHINE_LIMIT,
            OVER_LIMIT,
            IDLE_TIMEOUT_SHORT,
            IDLE_TIMEOUT_LONG,
            PROXY_NOT_UNDERSTOOD,
            PROXY_NOT_TRIED,
            REFUSED_BY_AGENT,
            CANNOT_BE_SERVED,
            NOT_REHEARSED
        }
    }
}
