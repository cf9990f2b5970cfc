package dev.plimsoll.api.inquiry;

import dev.plimsoll.api.notice.NoticeListener;
import dev.plimsoll.api.read.Rows;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Types;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks agents, and the provisioner, through rows: whichever gateway has the agent's stream passes
 * the question on and writes the answer. Waits for a bounded time and holds no connection
 * meanwhile.
 */
@Component
public class Inquiries implements NoticeListener {
    private static final Logger LOG = LoggerFactory.getLogger(Inquiries.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CHANNEL = "plimsoll_answer";

    /** In case a notification is lost. */
    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(1);

    private final JdbcClient jdbc;
    private final Semaphore room;
    private final Counter asked;
    private final Counter refused;
    private final Map<UUID, Semaphore> waiting = new ConcurrentHashMap<>();
    private volatile boolean isStopping;

    Inquiries(JdbcClient jdbc, InquirySettings settings, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.room = new Semaphore(settings.maxWaiting());
        this.asked =
                Counter.builder("plimsoll.inquiries")
                        .description("Questions to agents and the provisioner")
                        .register(meters);
        this.refused =
                Counter.builder("plimsoll.inquiries.refused")
                        .description("Questions not asked because too many wait for answers")
                        .register(meters);
    }

    /** Like {@link #ask}; none, too, while the database takes no writes. */
    public Map<Question, JsonNode> askIfPossible(
            UUID loadBalancerId, List<Question> questions, Duration patience) {
        try {
            return ask(loadBalancerId, questions, patience);
        } catch (DataAccessException e) {
            LOG.atDebug().setCause(e).log("Nobody can be asked at the moment");
            return Map.of();
        }
    }

    /** Answers that came in time; none when too many wait already. */
    public Map<Question, JsonNode> ask(
            UUID loadBalancerId, List<Question> questions, Duration patience) {
        if (questions.isEmpty()) {
            return Map.of();
        }
        if (!room.tryAcquire()) {
            refused.increment(questions.size());
            return Map.of();
        }
        var byId = new LinkedHashMap<UUID, Question>();
        questions.forEach(question -> byId.put(UUID.randomUUID(), question));
        var wakeUp = new Semaphore(0);
        byId.keySet().forEach(id -> waiting.put(id, wakeUp));
        try {
            byId.forEach((id, question) -> write(loadBalancerId, id, question, patience));
            asked.increment(questions.size());
            return await(byId, wakeUp, System.nanoTime() + patience.toNanos());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Map.of();
        } finally {
            waiting.keySet().removeAll(byId.keySet());
            room.release();
            forget(byId);
        }
    }

    private void write(UUID loadBalancerId, UUID id, Question question, Duration patience) {
        jdbc.sql(
                        """
                        INSERT INTO agent_inquiry (id, load_balancer_id, machine_id, kind, target_pool, ip, port,
                                                   question, document, expires_at)
                        VALUES (:id, :loadBalancer, :machine, :kind, :pool, :ip, :port, :question::jsonb, :document,
                                clock_timestamp() + :millis * interval '1 millisecond')
                        """)
                .param("id", id)
                .param("loadBalancer", loadBalancerId)
                .param("machine", question.machine(), Types.OTHER)
                .param("kind", question.kind().name())
                .param("pool", question.targetPool(), Types.VARCHAR)
                .param("ip", question.ip(), Types.VARCHAR)
                .param("port", question.port(), Types.INTEGER)
                .param("question", question.inWords(), Types.VARCHAR)
                .param("document", question.document(), Types.VARCHAR)
                .param("millis", patience.toMillis())
                .update();
    }

    private Map<Question, JsonNode> await(
            Map<UUID, Question> byId, Semaphore wakeUp, long deadlineNanos)
            throws InterruptedException {
        while (true) {
            wakeUp.drainPermits();
            var answers = answers(byId);
            long left = deadlineNanos - System.nanoTime();
            if (answers.size() == byId.size() || left <= 0 || isStopping) {
                return answers;
            }
            var _ = wakeUp.tryAcquire(Math.min(left, LOOK_ANYWAY.toNanos()), TimeUnit.NANOSECONDS);
        }
    }

    private Map<Question, JsonNode> answers(Map<UUID, Question> byId) {
        var answers = new HashMap<Question, JsonNode>();
        RowCallbackHandler perRow =
                row ->
                        answers.put(
                                Objects.requireNonNull(byId.get(Rows.uuid(row, "id"))),
                                JSON.readTree(row.getString("answer")));
        jdbc.sql(
                        """
                        SELECT id, answer::text AS answer FROM agent_inquiry
                        WHERE id = ANY (:ids) AND answer IS NOT NULL
                        """)
                .param("ids", byId.keySet().toArray(UUID[]::new))
                .query(perRow);
        return answers;
    }

    /** With what others left behind that were killed while they waited. */
    private void forget(Map<UUID, Question> byId) {
        try {
            jdbc.sql(
                            """
                            DELETE FROM agent_inquiry
                            WHERE id = ANY (:ids) OR expires_at < clock_timestamp() - interval '1 minute'
                            """)
                    .param("ids", byId.keySet().toArray(UUID[]::new))
                    .update();
        } catch (DataAccessException e) {
            LOG.atDebug().setCause(e).log("Questions are left to whoever asks next");
        }
    }

    @Override
    public String channel() {
        return CHANNEL;
    }

    @Override
    public void heard(String inquiry) {
        try {
            var wakeUp = waiting.get(UUID.fromString(inquiry));
            if (wakeUp != null) {
                wakeUp.release();
            }
        } catch (IllegalArgumentException _) {
            LOG.atWarn().addKeyValue("payload", inquiry).log("Not an inquiry's id");
        }
    }

    @Override
    public void mayHaveMissed() {
        waiting.values().forEach(Semaphore::release);
    }

    @Override
    public void starting() {
        isStopping = false;
    }

    @Override
    public void stopping() {
        isStopping = true;
        mayHaveMissed();
    }
}
