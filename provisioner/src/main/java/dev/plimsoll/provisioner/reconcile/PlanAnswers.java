package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.BrakeSettings;
import dev.plimsoll.provisioner.machine.DriverUnanswered;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says what a pass would do with an order that nobody has given yet: looks at the same world, with
 * the same plan, and takes no step.
 */
public final class PlanAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(PlanAnswers.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_AT_ONCE = 8;

    private final JdbcClient sql;
    private final World world;
    private final Upkeeps upkeeps;
    private final Counter refused;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);

    public PlanAnswers(
            DataSource database,
            MachineDriver driver,
            MoveSettings moves,
            BrakeSettings brake,
            InstantSource clock,
            MeterRegistry registry) {
        this.sql = JdbcClient.create(database);
        this.upkeeps = new Upkeeps(database, driver, moves, brake);
        this.world = new World(database, driver, upkeeps, clock);
        this.refused =
                Counter.builder("plimsoll.plans.refused")
                        .description("Questions about plans not answered: too many")
                        .register(registry);
    }

    /**
     * @param document the spec; null for the end of the load balancer
     */
    private record Question(UUID loadBalancerId, @Nullable String document) {}

    /** Any thread; never blocks. */
    public void onInquiry(UUID inquiry) {
        if (!room.tryAcquire()) {
            refused.increment();
            return;
        }
        Thread.ofVirtual()
                .name("plan")
                .start(() -> {
                    try {
                        question(inquiry)
                                .flatMap(this::rehearsed)
                                .ifPresent(plan -> answer(inquiry, plan));
                    } catch (DataAccessException | DriverUnanswered e) {
                        LOG.atDebug().setCause(e).log("Cannot answer a question about a plan");
                    } catch (RuntimeException e) {
                        LOG.atError().setCause(e).log("Cannot plan what somebody asks about");
                    } finally {
                        room.release();
                    }
                });
    }

    /** Empty when the load balancer is not there any more. */
    private Optional<RehearsedPlan> rehearsed(Question question) {
        var id = new LoadBalancerId(question.loadBalancerId);
        return world.desired(id)
                .flatMap(present ->
                        rehearsed(present, question.document)
                                .map(wanted -> rehearsed(present, wanted)));
    }

    private Optional<Desired> rehearsed(Desired present, @Nullable String spec) {
        return spec == null
                ? Optional.of(new Desired.Gone(present.id(), present.project()))
                : world.desired(present.id(), spec);
    }

    private RehearsedPlan rehearsed(Desired present, Desired wanted) {
        return RehearsedPlan.of(wanted, world.observe(wanted), upkeeps.of(present));
    }

    /** Empty when nobody waits any more, or another provisioner was quicker. */
    private Optional<Question> question(UUID inquiry) {
        return sql.sql(
                        """
                        select load_balancer_id, document from agent_inquiry
                        where id = :id and kind = 'PLAN' and answer is null
                          and expires_at > clock_timestamp()
                        """)
                .param("id", inquiry)
                .query(Question.class)
                .optional();
    }

    private void answer(UUID inquiry, RehearsedPlan plan) {
        sql.sql(
                        """
                        update agent_inquiry set answer = :answer::jsonb
                        where id = :id and kind = 'PLAN' and answer is null
                        """)
                .param("answer", JSON.writeValueAsString(plan))
                .param("id", inquiry)
                .update();
    }
}
