package dev.plimsoll.db;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Has the pool throw a connection away whose server takes no writes any more: the primary may be
 * another one by now, and only a new connection finds it. Named in the services' configuration.
 */
public final class ReadOnlyEviction implements SQLExceptionOverride {
    /** read_only_sql_transaction. */
    static final String READ_ONLY = "25006";

    @java.lang.Override
    public Override adjudicate(SQLException failure) {
        return READ_ONLY.equals(failure.getSQLState())
                ? Override.MUST_EVICT
                : Override.CONTINUE_EVICT;
    }
}
