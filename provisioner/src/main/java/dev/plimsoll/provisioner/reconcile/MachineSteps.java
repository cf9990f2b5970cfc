package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.Arrangement;
import dev.plimsoll.provisioner.machine.DeathReports;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.work.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Machines, from the first row to the last. The driver is called between transactions. */
final class MachineSteps {
    private static final Duration AFTER_TRANSIENT = Duration.ofMillis(500);
    private static final List<String> OF_A_MACHINE =
            List.of(
                    "enrolment_token",
                    "agent_certificate",
                    "agent_status",
                    "agent_heartbeat",
                    "target_health",
                    "push_status");

    private static final List<String> OF_A_LOAD_BALANCER =
            List.of("condition", "config_revision", "failover", "traffic_minute", "traffic_hour");

    private final MachineDriver driver;
    private final MoveSettings moves;

    MachineSteps(MachineDriver driver, MoveSettings moves) {
        this.moves = moves;
        this.driver = driver;
    }

    StepResult intend(Lease lease, Step.IntendMachine step) {
        lease.fenced(sql ->
                sql.sql(
                                """
                                insert into machine (id, project_id, load_balancer_id,
                                    slot, incarnation, driver, state, shape)
                                values (uuidv7(), :project, :loadBalancer, :slot,
                                    :incarnation, :driver, 'INTENT', :shape)
                                on conflict do nothing
                                """)
                        .param("project", lease.project())
                        .param("loadBalancer", lease.loadBalancer().value())
                        .param("slot", step.slot())
                        .param("incarnation", step.incarnation())
                        .param("shape", step.shape())
                        .param("driver", driver.capabilities().name())
                        .update());
        return StepResult.DONE;
    }

    StepResult ensure(Lease lease, MachineSpec machine) {
        lease.fenced(sql ->
                sql.sql(
                                """
                                update machine set state = 'CREATING',
                                    state_since = clock_timestamp()
                                where id = :id and state = 'INTENT'
                                """)
                        .param("id", machine.id().value())
                        .update());
        return resultOf(() -> driver.ensure(machine), "machine " + machine.id() + " to be made");
    }

    StepResult arrange(Lease lease, Arrangement wanted) {
        lease.check();
        return driver.networking()
                .map(networking ->
                        resultOf(() -> networking.arrange(wanted), "the networks to be arranged"))
                .orElse(StepResult.DONE);
    }

    StepResult fence(Lease lease, MachineSpec machine) {
        lease.check();
        return resultOf(() -> driver.fence(machine), "machine " + machine.id() + " to be fenced");
    }

    StepResult writeOff(Lease lease, MachineSpec machine) {
        var fenced = fence(lease, machine);
        if (!(fenced instanceof StepResult.Done)) {
            return fenced;
        }
        return remove(
                lease,
                machine,
                new Event(
                        Event.Type.MACHINE_REPLACED,
                        "Machine " + machine.id() + " was found dead and is replaced.",
                        Map.of("machineId", machine.id().toString(), "slot", machine.slot())));
    }

    StepResult noteDeath(Lease lease, MachineSpec machine) {
        lease.fenced(sql -> DeathReports.note(sql, machine.id()));
        return StepResult.DONE;
    }

    StepResult noteReturn(Lease lease, MachineSpec machine) {
        lease.fenced(sql ->
                sql.sql("update machine set found_dead_at = null where id = :id")
                        .param("id", machine.id().value())
                        .update());
        return StepResult.DONE;
    }

    StepResult yieldVip(Lease lease, Step.YieldVip step) {
        lease.fenced(sql ->
                sql.sql(
                                """
                                update machine
                                set yield_reason = :reason, yield_requested_at = clock_timestamp(),
                                    last_yield_reason = :reason, last_yield_at = clock_timestamp()
                                where id = :id and state not in ('DRAINING', 'DELETED')
                                """)
                        .param("reason", step.reason().name())
                        .param("id", step.machine().id().value())
                        .update());
        return StepResult.DONE;
    }

    StepResult claimVip(Lease lease, MachineSpec machine) {
        lease.fenced(sql ->
                sql.sql(
                                """
                                update machine
                                set yield_reason = null, yield_requested_at = null
                                where id = :id
                                """)
                        .param("id", machine.id().value())
                        .update());
        return StepResult.DONE;
    }

    StepResult keep(Lease lease, MachineSpec machine) {
        lease.fenced(sql ->
                sql.sql(
                                """
                                update machine
                                set replace_reason = null, replace_requested_at = null
                                where id = :id
                                """)
                        .param("id", machine.id().value())
                        .update());
        return StepResult.DONE;
    }

    /** The row's change tells the agent, whichever gateway it has its stream to. */
    StepResult drain(Lease lease, MachineSpec machine) {
        lease.fenced(sql -> {
            sql.sql(
                            """
                            update machine
                            set state = 'DRAINING', state_since = clock_timestamp(),
                                drain_until = clock_timestamp() + :millis * interval '1 ms'
                            where id = :id and state not in ('DRAINING', 'DELETED')
                            """)
                    .param("millis", moves.drain().toMillis())
                    .param("id", machine.id().value())
                    .update();
            StatusWriter.write(
                    sql,
                    lease.project(),
                    lease.loadBalancer(),
                    new Event(
                            Event.Type.MACHINE_REPLACED,
                            "Machine " + machine.id() + " gives its place to a new one.",
                            Map.of("machineId", machine.id().toString(), "slot", machine.slot())));
        });
        return StepResult.DONE;
    }

    /** The row is the order: whichever gateway has the agent's stream hears of it. */
    StepResult retire(Lease lease, MachineSpec machine) {
        lease.fenced(sql -> setState(sql, machine, "DRAINING"));
        return StepResult.DONE;
    }

    StepResult remove(Lease lease, MachineSpec machine) {
        lease.check();
        return remove(lease, machine, new Event[0]);
    }

    StepResult forget(Lease lease) {
        lease.check();
        var forgotten =
                resultOf(() -> driver.forget(lease.loadBalancer()), "the last files to be deleted");
        if (forgotten instanceof StepResult.Done) {
            lease.fenced(sql -> forget(sql, lease));
        }
        return forgotten;
    }

    private StepResult remove(Lease lease, MachineSpec machine, Event... events) {
        var removed =
                resultOf(
                        () -> driver.remove(machine), "machine " + machine.id() + " to be removed");
        if (removed instanceof StepResult.Done) {
            lease.fenced(sql -> {
                setState(sql, machine, "DELETED");
                for (var table : OF_A_MACHINE) {
                    sql.sql("delete from " + table + " where machine_id = :id")
                            .param("id", machine.id().value())
                            .update();
                }
                for (var event : events) {
                    StatusWriter.write(sql, lease.project(), lease.loadBalancer(), event);
                }
            });
        }
        return removed;
    }

    private static void forget(JdbcClient sql, Lease lease) {
        for (var table : OF_A_LOAD_BALANCER) {
            sql.sql("delete from " + table + " where load_balancer_id = :id")
                    .param("id", lease.loadBalancer().value())
                    .update();
        }
        sql.sql("update load_balancer set removed_at = clock_timestamp() where id = :id")
                .param("id", lease.loadBalancer().value())
                .update();
        StatusWriter.write(
                sql,
                lease.project(),
                lease.loadBalancer(),
                new Event(Event.Type.DELETED, "The load balancer is gone.", Map.of()));
        StatusWriter.announce(sql, lease.loadBalancer());
    }

    private static void setState(JdbcClient sql, MachineSpec machine, String state) {
        sql.sql(
                        """
                        update machine set state = :state, state_since = clock_timestamp()
                        where id = :id and state <> 'DELETED'
                        """)
                .param("state", state)
                .param("id", machine.id().value())
                .update();
    }

    private static StepResult resultOf(Supplier<MachineOutcome> call, String waitingFor) {
        return switch (call.get()) {
            case MachineOutcome.Ok _ -> StepResult.DONE;
            case MachineOutcome.NotYet(var delay, var what) -> new StepResult.Waiting(delay, what);
            case MachineOutcome.Transient(var text) ->
                    new StepResult.Waiting(AFTER_TRANSIENT, waitingFor + ": " + text);
            case MachineOutcome.Permanent(var type, var text) ->
                    new StepResult.Impossible(type, text);
            case MachineOutcome.Quota(var type, var text) -> new StepResult.Impossible(type, text);
        };
    }
}
