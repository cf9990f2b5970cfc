package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.provisioner.work.WorkQueue;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The gateways that live, in the table {@code gateway}. Each beats; one that has not for its
 * lifetime (killed, frozen, cut off) is struck off by any other, which frees its leases at once.
 * One that was struck off and comes back finds that out with its next beat and enters as somebody
 * new.
 */
final class Roster {
    private static final Logger LOG = LoggerFactory.getLogger(Roster.class);
    private static final int TRANSACTION_TIMEOUT_SECONDS = 10;

    private final JdbcClient sql;
    private final TransactionTemplate transactions;
    private final WorkQueue queue;
    private final String instance;
    private final long lifetimeMillis;
    private final long trustedGapNanos;
    private volatile @Nullable UUID life;
    private long lastBeatNanos;
    private long beatingSinceNanos;
    private List<UUID> said = List.of();

    Roster(DataSource database, WorkQueue queue, String instance, GatewaySettings settings) {
        this.sql = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        this.transactions.setTimeout(TRANSACTION_TIMEOUT_SECONDS);
        this.queue = queue;
        this.instance = instance;
        this.lifetimeMillis = settings.lifetime().toMillis();
        this.trustedGapNanos = settings.lifetime().toNanos() / 2;
    }

    /**
     * Takes the name of this instance over from an earlier process, or for the first time.
     *
     * @throws IllegalStateException when another process of that name lives
     */
    void enter(GatewayAddress at) {
        var next = UUID.randomUUID();
        var name = new InstanceName(sql, instance, Duration.ofMillis(lifetimeMillis));
        while (!name.isTakenBy(next, at)) {
            name.awaitFree();
        }
        life = next;
        said = List.of();
        beatingSinceNanos = System.nanoTime();
        lastBeatNanos = beatingSinceNanos;
    }

    /** Null while it is not on the roster. */
    @Nullable UUID life() {
        return life;
    }

    /** False when this one was struck off: nothing that it says of its agents counts. */
    boolean beat() {
        var present = life;
        if (present == null) {
            return false;
        }
        var isThere =
                sql.sql("update gateway set seen_at = clock_timestamp() where life = :life")
                                .param("life", present)
                                .update()
                        == 1;
        var now = System.nanoTime();
        if (now - lastBeatNanos > trustedGapNanos) {
            beatingSinceNanos = now;
        }
        lastBeatNanos = now;
        if (!isThere) {
            life = null;
        }
        return isThere;
    }

    /**
     * Strikes off who is silent, and frees what they worked on. Only after beating for a while
     * without a break: after an outage of the database, or of this process, everybody looks silent.
     *
     * @return how many
     */
    int strikeOffSilent() {
        if (System.nanoTime() - beatingSinceNanos < Duration.ofMillis(lifetimeMillis).toNanos()) {
            return 0;
        }
        var silent =
                transactions.execute(_ -> {
                    var instances =
                            sql.sql(
                                            """
                                            delete from gateway
                                            where seen_at < clock_timestamp()
                                                    - :lifetime * interval '1 millisecond'
                                            returning instance
                                            """)
                                    .param("lifetime", lifetimeMillis)
                                    .query(String.class)
                                    .list();
                    instances.forEach(queue::dropLeasesOf);
                    return instances;
                });
        for (var name : silent) {
            LOG.atWarn().addKeyValue("instance", name).log("Struck off a silent provisioner");
        }
        return silent.size();
    }

    List<GatewayAddress> living() {
        return sql.sql(
                        """
                        select host, port from gateway
                        where seen_at > clock_timestamp() - :lifetime * interval '1 millisecond'
                        order by instance
                        """)
                .param("lifetime", lifetimeMillis)
                .query((row, _) -> new GatewayAddress(row.getString("host"), row.getInt("port")))
                .list();
    }

    /** Says which authorities this gateway trusts: an agent of another one would be turned away. */
    void trust(List<UUID> authorities) {
        var present = life;
        if (present != null && !said.equals(authorities)) {
            sql.sql("update gateway set trusts = :ids::uuid[] where life = :life")
                    .param("ids", authorities.stream().map(UUID::toString).toArray(String[]::new))
                    .param("life", present)
                    .update();
            said = authorities;
        }
    }

    void leave() {
        var present = life;
        life = null;
        if (present != null) {
            sql.sql("delete from gateway where life = :life").param("life", present).update();
        }
    }
}
