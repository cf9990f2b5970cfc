package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.BrakeSettings;
import dev.plimsoll.provisioner.machine.DriverUnanswered;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.push.PushCredentials;
import dev.plimsoll.provisioner.work.Lease;
import dev.plimsoll.provisioner.work.Outcome;
import dev.plimsoll.provisioner.work.Reconciler;
import dev.plimsoll.provisioner.work.WorkQueue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Looks, plans, steps, and looks again until nothing more can be done now; then writes down what is
 * true. A pass never takes the same step twice, which bounds it.
 */
public final class LoadBalancerReconciler implements Reconciler {
    private static final Duration SOON = Duration.ofMillis(100);
    private static final Duration UNANSWERED = Duration.ofSeconds(1);
    private static final int MOST_ROUNDS = 32;

    private final World world;
    private final Steps steps;
    private final PushCheck pushCheck;
    private final Consumer<Step> afterStep;

    public LoadBalancerReconciler(
            DataSource database,
            WorkQueue queue,
            MachineDriver driver,
            MoveSettings moves,
            BrakeSettings brake,
            PushCredentials credentials,
            InstantSource clock) {
        this(database, queue, driver, moves, brake, credentials, clock, _ -> {});
    }

    /**
     * @param afterStep for tests that let the provisioner die between two steps
     */
    LoadBalancerReconciler(
            DataSource database,
            WorkQueue queue,
            MachineDriver driver,
            MoveSettings moves,
            BrakeSettings brake,
            PushCredentials credentials,
            InstantSource clock,
            Consumer<Step> afterStep) {
        this.world =
                new World(database, driver, new Upkeeps(database, driver, moves, brake), clock);
        this.steps =
                new Steps(
                        new AddressSteps(database, queue, driver), new MachineSteps(driver, moves));
        this.pushCheck = new PushCheck(credentials);
        this.afterStep = afterStep;
    }

    @Override
    public Outcome reconcile(Lease lease) {
        try {
            return look(lease);
        } catch (DriverUnanswered e) {
            return new Outcome.RetryAfter(UNANSWERED, "the machine driver: " + e.getMessage());
        }
    }

    private Outcome look(Lease lease) {
        var taken = new HashSet<Step>();
        var hurdles = new ArrayList<StepResult>();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            var desired = world.desired(lease.loadBalancer());
            if (desired.isEmpty()) {
                return new Outcome.Converged();
            }
            var observed = world.observe(desired.get());
            var plan = Plan.between(desired.get(), observed);
            if (!hurdles.isEmpty() || !take(lease, plan.steps(), taken, hurdles)) {
                return conclude(lease, desired.get(), observed, plan, hurdles);
            }
        }
        return new Outcome.RetryAfter(SOON, "other load balancers to leave it an address");
    }

    /** False when there was nothing new to do. */
    private boolean take(
            Lease lease, List<Step> planned, Set<Step> taken, List<StepResult> hurdles) {
        var fresh = planned.stream().filter(taken::add).toList();
        for (var step : fresh) {
            var result = steps.take(lease, step);
            if (!(result instanceof StepResult.Done)) {
                hurdles.add(result);
            }
            afterStep.accept(step);
        }
        return !fresh.isEmpty();
    }

    private Outcome conclude(
            Lease lease, Desired desired, Observed observed, Plan plan, List<StepResult> hurdles) {
        if (plan instanceof Plan.Impossible(var errorType, var message, var _)) {
            hurdles.add(new StepResult.Impossible(errorType, message));
        }
        return switch (desired) {
            case Desired.Gone _ -> stillThere(hurdles);
            case Desired.Served served -> {
                pushCheck.problem(served).ifPresent(hurdles::add);
                var verdict = Verdict.of(served, observed, hurdles);
                StatusWriter.write(lease, observed.status(), verdict);
                yield verdict.outcome();
            }
        };
    }

    private static Outcome stillThere(List<StepResult> hurdles) {
        return hurdles.stream()
                .map(hurdle ->
                        switch (hurdle) {
                            case StepResult.Done _ -> new Outcome.Converged();
                            case StepResult.Waiting(var delay, var what) ->
                                    new Outcome.RetryAfter(delay, what);
                            case StepResult.Impossible(var _, var message) ->
                                    new Outcome.RetryAfter(Duration.ofSeconds(1), message);
                        })
                .findFirst()
                .orElseGet(() -> new Outcome.RetryAfter(SOON, "the load balancer's last remains"));
    }
}
