package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.AddressRange;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.ServiceOrder;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.sql.Types;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads the order and what there is of it. */
final class World {
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final int FIRST_CANDIDATES = 64;
    private static final int MOST_CANDIDATES = 1 << 16;

    private final JdbcClient sql;
    private final MachineDriver driver;
    private final Machines machines;
    private final Upkeeps upkeeps;
    private final SurroundingsOf surroundings;
    private final InstantSource clock;

    World(DataSource database, MachineDriver driver, Upkeeps upkeeps, InstantSource clock) {
        this.upkeeps = upkeeps;
        this.sql = JdbcClient.create(database);
        this.driver = driver;
        this.machines = new Machines(sql, driver);
        this.surroundings = new SurroundingsOf(sql, driver);
        this.clock = clock;
    }

    /** Empty when it is not there any more. */
    Optional<Desired> desired(LoadBalancerId id) {
        return order(id, null);
    }

    /** As if the spec were the next one that was ordered. */
    Optional<Desired> desired(LoadBalancerId id, String rehearsed) {
        return order(id, rehearsed);
    }

    private Optional<Desired> order(LoadBalancerId id, @Nullable String rehearsed) {
        return sql.sql(
                        """
                        select l.project_id, l.name, l.deletion_requested_at is not null as gone,
                               r.generation, r.spec::text as spec, p.max_connections
                        from load_balancer l
                        join lateral (
                            select generation, spec from load_balancer_revision
                            where load_balancer_id = l.id
                            union all
                            select l.generation + 1, :rehearsed::jsonb
                            where :rehearsed::jsonb is not null
                            order by generation desc limit 1) r
                            on true
                        left join plan p on p.region_id = l.region_id
                            and p.id = coalesce(r.spec ->> 'planId', :defaultPlan)
                        where l.id = :id and l.removed_at is null
                        """)
                .param("id", id.value())
                .param("rehearsed", rehearsed, Types.VARCHAR)
                .param("defaultPlan", Spec.DEFAULT_PLAN)
                .query(Order.class)
                .optional()
                .map(order -> desired(id, order));
    }

    Observed observe(Desired desired) {
        var id = desired.id();
        var known = known(id);
        var slots = machines.slots(id);
        var observed =
                new Observed(
                        clock.instant(),
                        known.allocated(),
                        Map.of(),
                        null,
                        known.claims(),
                        Set.of(),
                        newest(id).orElse(null),
                        machines.of(id, desired.project()),
                        slots,
                        known.status(),
                        upkeeps.of(desired),
                        null);
        return switch (desired) {
            case Desired.Gone _ -> observed;
            case Desired.Served served -> withOthers(served, observed);
        };
    }

    private Observed withOthers(Desired.Served desired, Observed observed) {
        return new Observed(
                observed.now(),
                observed.addresses(),
                free(desired, observed.addresses().keySet()),
                driver.objection(order(desired)).orElse(null),
                observed.claims(),
                foreignClaims(desired, observed),
                observed.newest(),
                observed.machines(),
                observed.slots(),
                observed.status(),
                observed.upkeep(),
                surroundings.of(desired).orElse(null));
    }

    private static Desired desired(LoadBalancerId id, Order order) {
        if (order.gone()) {
            return new Desired.Gone(id, order.projectId());
        }
        var spec = JSON.readValue(order.spec(), Spec.class);
        if (order.maxConnections() == null) {
            throw new IllegalStateException("There is no plan " + spec.plan());
        }
        return new Desired.Served(
                id,
                order.projectId(),
                order.name(),
                order.generation(),
                spec,
                order.maxConnections());
    }

    private static ServiceOrder order(Desired.Served desired) {
        var spec = desired.spec();
        return new ServiceOrder(
                desired.id(),
                desired.generation(),
                desired.name(),
                spec.labels(),
                spec.externalAddress(),
                spec.assignsTargets());
    }

    /** In one statement: a look that finds nothing to do should cost little. */
    private Known known(LoadBalancerId id) {
        return sql.sql(
                        """
                        select jsonb_build_object(
                            'addresses', (
                                select coalesce(jsonb_agg(jsonb_build_object(
                                    'kind', kind, 'address', host(address))), '[]')
                                from address where load_balancer_id = l.id),
                            'claims', (
                                select coalesce(jsonb_agg(jsonb_build_object(
                                    'address', host(address), 'transport', transport,
                                    'port', port)), '[]')
                                from listener_claim where load_balancer_id = l.id),
                            'conditions', (
                                select coalesce(jsonb_agg(jsonb_build_object(
                                    'type', type, 'status', status, 'reason', reason,
                                    'message', message, 'generation', generation)), '[]')
                                from condition where load_balancer_id = l.id),
                            'observedGeneration', observed_generation,
                            'hasBeenReady', first_ready_at is not null)
                        from load_balancer l where id = :id
                        """)
                .param("id", id.value())
                .query((row, _) -> JSON.readValue(row.getString(1), Known.class))
                .single();
    }

    private Set<Claim> foreignClaims(Desired.Served desired, Observed observed) {
        var vips = ServicePlan.vips(desired.spec(), observed);
        if (vips.isEmpty()) {
            return Set.of();
        }
        var wanted = new HashSet<>(ServicePlan.claims(desired.spec(), vips.get()));
        if (observed.claims().containsAll(wanted)) {
            return Set.of();
        }
        var others =
                sql
                        .sql(
                                """
                                select host(address) as address, transport, port
                                from listener_claim
                                where scope = :scope and address = any(:vips::inet[])
                                  and load_balancer_id <> :id
                                """)
                        .param("scope", driver.capabilities().addressScope())
                        .param("vips", vips.get().toArray(String[]::new))
                        .param("id", desired.id().value())
                        .query(Claim.class)
                        .list()
                        .stream()
                        .collect(Collectors.toSet());
        wanted.retainAll(others);
        return wanted;
    }

    private Map<AddressKind, String> free(Desired.Served desired, Set<AddressKind> present) {
        var free = new EnumMap<AddressKind, String>(AddressKind.class);
        for (var kind : ServicePlan.wantedKinds(desired.spec())) {
            if (!present.contains(kind)) {
                free(desired.id(), range(desired, kind))
                        .ifPresent(address -> free.put(kind, address));
            }
        }
        return free;
    }

    private AddressRange range(Desired.Served desired, AddressKind kind) {
        var capabilities = driver.capabilities();
        return switch (kind) {
            case PRIVATE ->
                    surroundings
                            .privateAddresses(desired)
                            .orElseGet(capabilities::privateAddresses);
            case EPHEMERAL -> capabilities.ephemeralAddresses();
        };
    }

    /** Nearly always among the first candidates; a full range costs some twenty queries. */
    private Optional<String> free(LoadBalancerId id, AddressRange range) {
        var candidates = range.from(id.value().getLeastSignificantBits()).iterator();
        for (int size = FIRST_CANDIDATES; candidates.hasNext(); size *= 2) {
            var batch = new ArrayList<String>();
            for (int i = 0; i < Math.min(size, MOST_CANDIDATES) && candidates.hasNext(); i++) {
                batch.add(candidates.next());
            }
            var found = firstFree(batch);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<String> firstFree(List<String> candidates) {
        return sql.sql(
                        """
                        select host(c.address)
                        from unnest(:candidates::inet[]) with ordinality as c (address, place)
                        where not exists (select 1 from address a
                                where a.scope = :scope and a.address = c.address)
                          and not exists (select 1 from listener_claim l
                                where l.scope = :scope and l.address = c.address)
                        order by c.place limit 1
                        """)
                .param("candidates", candidates.toArray(String[]::new))
                .param("scope", driver.capabilities().addressScope())
                .query(String.class)
                .optional();
    }

    private Optional<Observed.Published> newest(LoadBalancerId id) {
        return sql.sql(
                        """
                        select revision, generation, document, sha256 from config_revision
                        where load_balancer_id = :id order by revision desc limit 1
                        """)
                .param("id", id.value())
                .query(Observed.Published.class)
                .optional();
    }

    private record Order(
            UUID projectId,
            String name,
            boolean gone,
            long generation,
            String spec,
            @Nullable Integer maxConnections) {}

    private record Allocated(AddressKind kind, String address) {}

    /** What is written down of a load balancer besides its machines and documents. */
    private record Known(
            List<Allocated> addresses,
            Set<Claim> claims,
            List<Condition> conditions,
            long observedGeneration,
            boolean hasBeenReady) {

        Map<AddressKind, String> allocated() {
            return addresses.stream()
                    .collect(Collectors.toMap(Allocated::kind, Allocated::address));
        }

        Observed.Status status() {
            return new Observed.Status(
                    conditions.stream()
                            .collect(Collectors.toMap(Condition::type, condition -> condition)),
                    observedGeneration,
                    hasBeenReady);
        }
    }
}
