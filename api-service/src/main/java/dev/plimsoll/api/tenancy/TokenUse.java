package dev.plimsoll.api.tenancy;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Writes down when tokens were last used, aside from the requests that use them. */
@Component
final class TokenUse implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(TokenUse.class);
    private static final int MAX_NOTED = 10_000;
    private static final int PERIOD_SECONDS = 2;

    private final Set<UUID> noted = ConcurrentHashMap.newKeySet();
    private final JdbcClient jdbc;
    private final ScheduledExecutorService writer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("token-use").factory());

    TokenUse(JdbcClient jdbc) {
        this.jdbc = jdbc;
        var _ =
                writer.scheduleWithFixedDelay(
                        this::write, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    /** What does not fit is noted with the token's next use. */
    void note(UUID tokenId) {
        if (noted.size() < MAX_NOTED) {
            noted.add(tokenId);
        }
    }

    private void write() {
        var ids = noted.toArray(UUID[]::new);
        if (ids.length == 0) {
            return;
        }
        try {
            jdbc.sql("UPDATE api_token SET last_used_at = now() WHERE id = ANY (?)")
                    .param(ids)
                    .update();
            noted.removeAll(Set.of(ids));
        } catch (DataAccessException | TransactionException e) {
            LOG.atDebug().setCause(e).log("Cannot write down the use of tokens now");
        }
    }

    @Override
    public void destroy() {
        writer.shutdownNow();
    }
}
