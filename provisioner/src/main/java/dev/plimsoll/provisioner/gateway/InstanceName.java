package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.GatewayAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The name that tells provisioners apart, and who has it. An earlier process that has ended leaves
 * it at once if it ran beside this one, else when it has been silent for its lifetime.
 */
final class InstanceName {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final JdbcClient sql;
    private final String name;
    private final Duration lifetime;
    private final ProcessMark self = ProcessMark.own();
    private @Nullable Instant firstSeen;

    InstanceName(JdbcClient sql, String name, Duration lifetime) {
        this.sql = sql;
        this.name = name;
        this.lifetime = lifetime;
    }

    private record Holder(UUID life, String host, int port, String process, Instant seenAt) {}

    /** Takes the name where it is free. */
    boolean isTakenBy(UUID life, GatewayAddress at) {
        return sql.sql(
                                """
                                insert into gateway (instance, life, host, port, process)
                                values (:name, :life, :host, :port, :process)
                                on conflict (instance) do update
                                    set life = excluded.life, host = excluded.host,
                                        port = excluded.port, process = excluded.process,
                                        entered_at = excluded.entered_at,
                                        seen_at = excluded.seen_at
                                    where gateway.life = :ended
                                       or gateway.seen_at < clock_timestamp()
                                            - :lifetime * interval '1 millisecond'
                                """)
                        .param("name", name)
                        .param("life", life)
                        .param("host", at.host())
                        .param("port", at.port())
                        .param("process", self.text())
                        .param("ended", endedHolder())
                        .param("lifetime", lifetime.toMillis())
                        .update()
                == 1;
    }

    /**
     * Waits a moment.
     *
     * @throws IllegalStateException when who has the name lives
     */
    void awaitFree() {
        var holder = holder();
        if (holder == null) {
            return;
        }
        if (self.isOfLivingNeighbour(holder.process()) || hasBeaten(holder)) {
            throw new IllegalStateException(
                    "Another provisioner named '%s' is running; its gateway is %s:%d. Give each replica a name of its own: plimsoll.provisioner.instance"
                            .formatted(name, holder.host(), holder.port()));
        }
        LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }

    private boolean hasBeaten(Holder holder) {
        if (firstSeen == null) {
            firstSeen = holder.seenAt();
        }
        return !holder.seenAt().equals(firstSeen);
    }

    private @Nullable UUID endedHolder() {
        var holder = holder();
        return holder != null && self.isOfEndedNeighbour(holder.process()) ? holder.life() : null;
    }

    private @Nullable Holder holder() {
        return sql.sql(
                        """
                        select life, host, port, process, seen_at from gateway
                        where instance = :name
                        """)
                .param("name", name)
                .query((row, _) ->
                        new Holder(
                                row.getObject("life", UUID.class),
                                row.getString("host"),
                                row.getInt("port"),
                                row.getString("process"),
                                row.getTimestamp("seen_at").toInstant()))
                .optional()
                .orElse(null);
    }
}
