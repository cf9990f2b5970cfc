package dev.plimsoll.provisioner.campaign;

import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.campaign.Tenants.Ordered;
import dev.plimsoll.provisioner.driver.simulated.SimulatedMachines;
import dev.plimsoll.provisioner.driver.simulated.SimulatedMachines.Seen;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What must hold, read from the database and from the machines themselves. */
final class Truth {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> OF_LIVING_MACHINES =
            List.of(
                    "enrolment_token",
                    "agent_certificate",
                    "agent_status",
                    "agent_heartbeat",
                    "target_health");
    private static final List<String> OF_LIVING_LOAD_BALANCERS =
            List.of(
                    "address",
                    "listener_claim",
                    "condition",
                    "config_revision",
                    "work_item",
                    "traffic_minute",
                    "traffic_hour");

    private final Ground ground;
    private final SimulatedMachines machines;

    Truth(Ground ground, SimulatedMachines machines) {
        this.ground = ground;
        this.machines = machines;
    }

    /** What is wrong at any moment, whatever has just failed. */
    List<String> lies() {
        var rows = ground.sql().sql(STATE).query(State.class).list();
        machines.look();
        var lies = new ArrayList<String>();
        for (var row : rows) {
            if (!row.removed() && (row.deleted() || !row.ready()) && !row.queued()) {
                lies.add(row.id() + " is unfinished and forgotten: " + row);
            }
            if (row.tries() > 0 && row.waitingFor() == null) {
                lies.add(row.id() + " does not say what it waits for: " + row);
            }
            if (row.ready()
                    && !row.removed()
                    && machines.servedGeneration(new LoadBalancerId(row.id())) < row.generation()) {
                lies.add(row.id() + " claims READY for what no agent has applied: " + row);
            }
        }
        return lies;
    }

    /** Whether it is as its tenant wants it, or cannot be because another one has its address. */
    boolean isSettled(Ordered ordered) {
        var state = state(ordered.id());
        if (state.deleted()) {
            return state.removed() && !state.queued();
        }
        return state.ready()
                ? !state.queued()
                        && ground.condition(ordered.id(), "REDUNDANT").equals("TRUE STANDBY")
                : isTaken(ordered);
    }

    String describe(Ordered ordered) {
        return state(ordered.id())
                + " FEASIBLE "
                + ground.condition(ordered.id(), "FEASIBLE")
                + " SERVING "
                + ground.condition(ordered.id(), "SERVING")
                + " REDUNDANT "
                + ground.condition(ordered.id(), "REDUNDANT")
                + " machines "
                + livingRows(ordered.id())
                + " agents "
                + machines.agents(ordered.id());
    }

    /** What is wrong with one that has settled. */
    List<String> faults(Ordered ordered) {
        var faults = new ArrayList<String>();
        var id = ordered.id();
        var state = state(id);
        check(faults, id, "revisions", revisions(id), ordered.count());
        check(faults, id, "generation", state.generation(), ordered.newestGeneration());
        if (state.deleted()) {
            check(faults, id, "agents", machines.agents(id).size(), 0);
            return faults;
        }
        if (!state.ready()) {
            return faults;
        }
        check(faults, id, "observed", state.observedGeneration(), state.generation());
        check(faults, id, "machines", livingRows(id).size(), 2);
        var agents = machines.agents(id);
        check(faults, id, "agents", machineIds(agents), livingRows(id));
        check(
                faults,
                id,
                "active agents",
                agents.stream().filter(agent -> agent.role() == Role.ACTIVE).count(),
                1L);
        document(faults, ordered, agents);
        return faults;
    }

    /** What there is that belongs to nobody. Empty within the janitor's period. */
    List<String> leaks() {
        var leaks = new ArrayList<String>();
        var living =
                ground
                        .sql()
                        .sql("select id from machine where state <> 'DELETED'")
                        .query(UUID.class)
                        .list()
                        .stream()
                        .map(MachineId::new)
                        .collect(Collectors.toSet());
        if (!living.equals(new HashSet<>(machines.owned()))) {
            leaks.add("machines " + machines.owned() + ", rows " + living);
        }
        if (!living.equals(machineIds(machines.agents()))) {
            leaks.add("agents " + machines.agents() + ", rows " + living);
        }
        for (var table : OF_LIVING_MACHINES) {
            leak(
                    leaks,
                    table,
                    "select count(*) from "
                            + table
                            + " t where not exists (select 1 from machine m where m.id ="
                            + " t.machine_id and m.state <> 'DELETED')");
        }
        for (var table : OF_LIVING_LOAD_BALANCERS) {
            leak(
                    leaks,
                    table,
                    "select count(*) from "
                            + table
                            + " t join load_balancer l on l.id = t.load_balancer_id where"
                            + " l.removed_at is not null");
        }
        return leaks;
    }

    private void document(List<String> faults, Ordered ordered, List<Seen> agents) {
        var id = ordered.id();
        var newest =
                ground.sql()
                        .sql(
                                """
                                select document, sha256, revision from config_revision
                                where load_balancer_id = :id order by revision desc limit 1
                                """)
                        .param("id", id.value())
                        .query(Published.class)
                        .single();
        for (var agent : agents) {
            var applied = agent.applied();
            check(
                    faults,
                    id,
                    "document of " + agent.machine(),
                    applied == null ? "none" : applied.sha256(),
                    newest.sha256());
        }
        var document = JSON.readTree(newest.document());
        var order = ordered.newest();
        check(faults, id, "port", document.at("/listeners/0/port").asInt(), order.port());
        check(
                faults,
                id,
                "target",
                document.at("/targetPools/0/targets/0/ip").asString(),
                order.target());
        check(
                faults,
                id,
                "size",
                document.at("/maxConnections").asInt(),
                Integer.parseInt(order.plan().substring(1)) * 1000);
        check(faults, id, "addresses", document.at("/vips").size(), order.isPrivate() ? 1 : 2);
        check(faults, id, "claims", claims(id), wantedClaims(document, order));
        check(
                faults,
                id,
                "allocated addresses",
                ground.count("address", id),
                order.isContested() || order.isPrivate() ? 1 : 2);
    }

    private static Set<String> wantedClaims(JsonNode document, Order order) {
        var wanted = new HashSet<String>();
        for (var vip : document.at("/vips")) {
            wanted.add(vip.asString() + " " + order.port());
        }
        if (order.isContested() && !wanted.contains(order.address() + " " + order.port())) {
            wanted.add("not in the document: " + order.address());
        }
        return wanted;
    }

    private boolean isTaken(Ordered ordered) {
        var order = ordered.newest();
        return order.isContested()
                && ground.condition(ordered.id(), "FEASIBLE")
                        .equals("FALSE TYPE_FIP_NOT_CONFIGURED")
                && ground.sql()
                                .sql(
                                        """
                                        select count(*) from listener_claim
                                        where address = :address::inet and port = :port
                                          and load_balancer_id <> :id
                                        """)
                                .param("address", order.address())
                                .param("port", order.port())
                                .param("id", ordered.id().value())
                                .query(Integer.class)
                                .single()
                        > 0;
    }

    private State state(LoadBalancerId id) {
        return ground.sql()
                .sql(STATE + " where l.id = :id")
                .param("id", id.value())
                .query(State.class)
                .single();
    }

    private int revisions(LoadBalancerId id) {
        return ground.count("load_balancer_revision", id);
    }

    private Set<String> claims(LoadBalancerId id) {
        return new HashSet<>(
                ground.sql()
                        .sql(
                                """
                                select host(address) || ' ' || port from listener_claim
                                where load_balancer_id = :id
                                """)
                        .param("id", id.value())
                        .query(String.class)
                        .list());
    }

    private Set<MachineId> livingRows(LoadBalancerId id) {
        return ground
                .sql()
                .sql("select id from machine where load_balancer_id = :id and state <> 'DELETED'")
                .param("id", id.value())
                .query(UUID.class)
                .list()
                .stream()
                .map(MachineId::new)
                .collect(Collectors.toSet());
    }

    private static Set<MachineId> machineIds(List<Seen> agents) {
        return agents.stream().map(Seen::machine).collect(Collectors.toSet());
    }

    private void leak(List<String> leaks, String table, String count) {
        var rows = ground.sql().sql(count).query(Integer.class).single();
        if (rows > 0) {
            leaks.add(rows + " rows of " + table);
        }
    }

    private static void check(
            List<String> faults, LoadBalancerId id, String what, Object is, Object wanted) {
        if (!is.equals(wanted)) {
            faults.add("%s: %s %s, not %s".formatted(id, what, is, wanted));
        }
    }

    private static final String STATE =
            """
            select l.id, l.generation, l.observed_generation,
                   l.deletion_requested_at is not null as deleted,
                   l.removed_at is not null as removed,
                   w.load_balancer_id is not null as queued,
                   coalesce(w.tries, 0) as tries, w.waiting_for,
                   l.observed_generation = l.generation
                   and (select count(*) from condition c where c.load_balancer_id = l.id
                        and c.type in ('SERVING', 'APPLIED') and c.status = 'TRUE') = 2
                   and not exists (select 1 from condition c where c.load_balancer_id = l.id
                        and c.type = 'FEASIBLE' and c.status = 'FALSE') as ready
            from load_balancer l left join work_item w on w.load_balancer_id = l.id
            """;

    private record State(
            UUID id,
            long generation,
            long observedGeneration,
            boolean deleted,
            boolean removed,
            boolean queued,
            int tries,
            String waitingFor,
            boolean ready) {}

    private record Published(String document, String sha256, long revision) {}
}
