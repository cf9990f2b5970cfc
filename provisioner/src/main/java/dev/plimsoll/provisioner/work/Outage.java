package dev.plimsoll.provisioner.work;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Says once that something that is tried again and again has begun to fail, and once that it works.
 */
public final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

    private static final int MOST_CAUSES = 20;

    /** Connections (08), too many of them (53), shut-down (57P), read-only (25006). */
    private static final Pattern AWAY = Pattern.compile("08...|53...|57P..|25006");

    private final String what;
    private final AtomicBoolean going = new AtomicBoolean();

    public Outage(String what) {
        this.what = what;
    }

    /** Not there, too busy, or taking no writes: not a fault of whoever meets it. */
    static boolean isOfDatabase(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(MOST_CAUSES)
                .anyMatch(cause ->
                        cause instanceof DataAccessResourceFailureException
                                || cause instanceof CannotCreateTransactionException
                                || (cause instanceof SQLException sql
                                        && sql.getSQLState() != null
                                        && AWAY.matcher(sql.getSQLState()).matches()));
    }

    public void began(Exception cause) {
        if (going.compareAndSet(false, true)) {
            LOG.atWarn().addKeyValue("what", what).setCause(cause).log("Fails; trying again");
        }
    }

    public void over() {
        if (going.compareAndSet(true, false)) {
            LOG.atInfo().addKeyValue("what", what).log("Works again");
        }
    }
}
