package dev.plimsoll.api.support;

import dev.plimsoll.db.Notifications;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Answers what is asked of agents and the provisioner, where none runs; as long as it does, one
 * seems to be there. Others are silent.
 */
public final class AnsweringAgents implements AutoCloseable {
    private final JdbcClient jdbc;
    private final Notifications notifications;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final UUID life = UUID.randomUUID();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> questions = new CopyOnWriteArrayList<>();

    public AnsweringAgents(DataSource database, JdbcClient jdbc) throws InterruptedException {
        this.jdbc = jdbc;
        var listening = new CountDownLatch(1);
        this.notifications =
                new Notifications(
                        database, Map.of("plimsoll_inquiry", this::answer), listening::countDown);
        notifications.start();
        listening.await();
        jdbc.sql(
                        """
                        INSERT INTO gateway (instance, life, host, port, process)
                        VALUES (?, ?, '127.0.0.1', 1, '')
                        """)
                .param(life.toString())
                .param(life)
                .update();
    }

    public AnsweringAgents answer(UUID machine, String json) {
        answers.put(machine.toString(), json);
        return this;
    }

    /** For questions about packet filters. */
    public void provisionerAnswers(String json) {
        answers.put("", json);
    }

    /** For questions of this kind that have no answer otherwise. */
    public AnsweringAgents everybodyAnswers(String kind, String json) {
        answers.put(kind, json);
        return this;
    }

    /** How often the machine's agent was asked. */
    public long asked(UUID machine) {
        return asked.stream().filter(machine.toString()::equals).count();
    }

    /** What was asked in agents' words. */
    public List<String> questions() {
        return List.copyOf(questions);
    }

    private void answer(String payload) {
        var machine = payload.substring(0, payload.indexOf(' '));
        var inquiry = UUID.fromString(payload.substring(machine.length() + 1));
        asked.add(machine);
        jdbc.sql("SELECT question::text FROM agent_inquiry WHERE id = ? AND question IS NOT NULL")
                .param(inquiry)
                .query(String.class)
                .optional()
                .ifPresent(questions::add);
        var own = answers.get(machine);
        var json = own == null ? answers.get(kind(inquiry)) : own;
        if (json != null) {
            jdbc.sql("UPDATE agent_inquiry SET answer = ?::jsonb WHERE id = ?")
                    .param(json.replace("\"GENERATION\"", generation(inquiry)))
                    .param(inquiry)
                    .update();
        }
    }

    /** Of the load balancer that the question is about, where an answer has to name it. */
    private String generation(UUID inquiry) {
        return jdbc.sql(
                        """
                        SELECT l.generation::text FROM load_balancer l
                        JOIN agent_inquiry i ON i.load_balancer_id = l.id WHERE i.id = ?
                        """)
                .param(inquiry)
                .query(String.class)
                .optional()
                .orElse("0");
    }

    private String kind(UUID inquiry) {
        return jdbc.sql("SELECT kind FROM agent_inquiry WHERE id = ?")
                .param(inquiry)
                .query(String.class)
                .optional()
                .orElse("");
    }

    @Override
    public void close() {
        jdbc.sql("DELETE FROM gateway WHERE life = ?").param(life).update();
        notifications.close();
    }
}
