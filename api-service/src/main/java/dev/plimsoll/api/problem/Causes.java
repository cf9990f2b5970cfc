package dev.plimsoll.api.problem;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** Looks for reasons behind an exception. */
final class Causes {
    private static final int DEPTH = 20;

    private Causes() {}

    static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        return chain(failure).filter(type::isInstance).map(type::cast).findFirst();
    }

    /** Not there, or too busy for us within the time that we give it. */
    static boolean databaseIsAway(Throwable failure) {
        return chain(failure)
                .anyMatch(cause ->
                        cause instanceof DataAccessResourceFailureException
                                || cause instanceof TransientDataAccessException
                                || cause instanceof TransactionTimedOutException
                                || cause instanceof CannotCreateTransactionException
                                || cause instanceof SQLTransientConnectionException
                                || (cause instanceof SQLException sql
                                        && isAway(sql.getSQLState())));
    }

    static boolean clientIsGone(Throwable failure) {
        return failure instanceof AsyncRequestNotUsableException
                || (failure instanceof IOException
                        && failure.getClass().getName().endsWith("ClientAbortException"));
    }

    static String last(Throwable failure) {
        return chain(failure).reduce((_, later) -> later).orElse(failure).toString();
    }

    /**
     * Connection exceptions (08), too many of them (53), shut-down (57), a statement or a lock that
     * took too long (57014, 55P03), read-only after a fall (25006), a transaction that stood still
     * for too long because we did (25P03).
     */
    private static boolean isAway(@Nullable String state) {
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("53")
                        || state.startsWith("57P")
                        || state.equals("57014")
                        || state.equals("55P03")
                        || state.equals("25006")
                        || state.equals("25P03"));
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(DEPTH);
    }
}
