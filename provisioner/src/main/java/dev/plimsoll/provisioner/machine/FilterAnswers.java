package dev.plimsoll.provisioner.machine;

import dev.plimsoll.provisioner.work.LoadBalancerId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Asks the driver about packet filters in front of a target when somebody wants it explained. */
public final class FilterAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(FilterAnswers.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_AT_ONCE = 4;

    private final JdbcClient sql;
    private final MachineDriver driver;
    private final Counter refused;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);

    public FilterAnswers(DataSource database, MachineDriver driver, MeterRegistry registry) {
        this.sql = JdbcClient.create(database);
        this.driver = driver;
        this.refused =
                Counter.builder("plimsoll.machines.filters.refused")
                        .description("Questions about packet filters not answered: too many")
                        .register(registry);
    }

    private record Question(UUID loadBalancerId, String ip) {}

    /** Any thread; never blocks. */
    public void onInquiry(UUID inquiry) {
        if (!room.tryAcquire()) {
            refused.increment();
            return;
        }
        Thread.ofVirtual()
                .name("filters")
                .start(() -> {
                    try {
                        question(inquiry).ifPresent(asked -> answer(inquiry, filtering(asked)));
                    } catch (DataAccessException e) {
                        LOG.atDebug()
                                .setCause(e)
                                .log("Cannot answer a question about packet filters");
                    } finally {
                        room.release();
                    }
                });
    }

    private Filtering filtering(Question asked) {
        return driver.networking()
                .map(it -> it.filtering(new LoadBalancerId(asked.loadBalancerId), asked.ip))
                .orElse(Filtering.NONE);
    }

    /** Empty when nobody waits any more, or another provisioner was quicker. */
    private Optional<Question> question(UUID inquiry) {
        return sql.sql(
                        """
                        select load_balancer_id, ip from agent_inquiry
                        where id = :id and kind = 'FILTER' and answer is null
                          and expires_at > clock_timestamp()
                        """)
                .param("id", inquiry)
                .query(Question.class)
                .optional();
    }

    private void answer(UUID inquiry, Filtering filtering) {
        var answer =
                Map.of(
                        "outcome", filtering.outcome().name(),
                        "wanted", filtering.wanted(),
                        "applied", filtering.applied());
        sql.sql(
                        """
                        update agent_inquiry set answer = :answer::jsonb
                        where id = :id and kind = 'FILTER' and answer is null
                        """)
                .param("answer", JSON.writeValueAsString(answer))
                .param("id", inquiry)
                .update();
    }
}
