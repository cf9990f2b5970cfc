package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.credential.CredentialUses;
import dev.plimsoll.api.loadbalancer.LoadBalancerRevision.Reason;
import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import dev.plimsoll.api.loadbalancer.spec.SpecRules;
import dev.plimsoll.api.loadbalancer.spec.TargetPoolSpec;
import dev.plimsoll.api.plan.Plan;
import dev.plimsoll.api.plan.Plans;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.push.PushHosts;
import dev.plimsoll.api.quota.Quotas;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Takes orders. Each is one transaction: checked, written as a revision, and handed to whoever
 * makes it true by {@code enqueue_work}. Nothing here talks to infrastructure.
 */
@Service
public class LoadBalancerWrites {
    private static final String NAME_INDEX = "load_balancer_name";

    private final Transactions transactions;
    private final LoadBalancers loadBalancers;
    private final LoadBalancerRevisions revisions;
    private final SecurityGroups securityGroups;
    private final LoadBalancerReads reads;
    private final RevisionHistory history;
    private final Plans plans;
    private final Quotas quotas;
    private final ProjectLimits limits;
    private final CredentialUses credentials;
    private final PushHosts pushHosts;
    private final Audit audit;
    private final JdbcClient jdbc;
    private final ApiSettings settings;

    LoadBalancerWrites(
            Transactions transactions,
            LoadBalancers loadBalancers,
            LoadBalancerRevisions revisions,
            SecurityGroups securityGroups,
            LoadBalancerReads reads,
            RevisionHistory history,
            Plans plans,
            Quotas quotas,
            ProjectLimits limits,
            CredentialUses credentials,
            PushHosts pushHosts,
            Audit audit,
            JdbcClient jdbc,
            ApiSettings settings) {
        this.transactions = transactions;
        this.loadBalancers = loadBalancers;
        this.revisions = revisions;
        this.securityGroups = securityGroups;
        this.reads = reads;
        this.history = history;
        this.plans = plans;
        this.quotas = quotas;
        this.limits = limits;
        this.credentials = credentials;
        this.pushHosts = pushHosts;
        this.audit = audit;
        this.jdbc = jdbc;
        this.settings = settings;
    }

    /**
     * What leads to a revision.
     *
     * @param details for the audit
     */
    private record Occasion(Reason reason, Origin origin, Map<String, Object> details) {
        static Occasion of(Reason reason, Origin origin) {
            return new Occasion(reason, origin, Map.of());
        }
    }

    public Written create(UUID projectId, String region, LoadBalancerDraft draft, Origin origin) {
        pushHosts.lookUp(draft.spec().pushUrls());
        return transactions.run(
                () -> create(projectId, region, draft, Occasion.of(Reason.CREATE, origin)));
    }

    private Written create(
            UUID projectId, String region, LoadBalancerDraft draft, Occasion occasion) {
        rules(projectId, region, draft.spec(), null)
                .checkNew(
                        draft.name(), draft.version(), draft.spec().onPlan(settings.defaultPlan()));
        var loadBalancer = new LoadBalancer(projectId, region, String.valueOf(draft.name()));
        var spec = draft.spec().completed(settings.defaultPlan());
        insert(loadBalancer);
        securityGroups.save(new SecurityGroup(loadBalancer, SecurityGroup.Kind.TARGET));
        securityGroups.save(new SecurityGroup(loadBalancer, SecurityGroup.Kind.LOAD_BALANCER));
        credentials.replace(loadBalancer.id(), Set.of(), spec.credentialRefs());
        return new Written(accept(loadBalancer, spec, occasion), Changes.creating(spec));
    }

    private void insert(LoadBalancer loadBalancer) {
        if (loadBalancers.existsByProjectIdAndRegionIdAndNameAndRemovedAtIsNull(
                loadBalancer.projectId(), loadBalancer.regionId(), loadBalancer.name())) {
            throw DomainFailure.AlreadyExists.loadBalancer();
        }
        quotas.takeLoadBalancer(loadBalancer.projectId(), loadBalancer.regionId());
        try {
            loadBalancers.saveAndFlush(loadBalancer);
        } catch (DataIntegrityViolationException e) {
            var message = e.getMostSpecificCause().getMessage();
            if (message != null && message.contains(NAME_INDEX)) {
                throw DomainFailure.AlreadyExists.loadBalancer();
            }
            throw e;
        }
    }

    public Written update(
            UUID projectId,
            String region,
            String name,
            LoadBalancerDraft draft,
            Precondition precondition,
            Origin origin) {
        pushHosts.lookUp(draft.spec().pushUrls());
        return edit(
                projectId,
                region,
                name,
                precondition,
                Occasion.of(Reason.UPDATE, origin),
                current -> {
                    checkVersion(draft.version(), current);
                    var spec = draft.spec().keeping(current.spec());
                    rules(projectId, region, spec, current.spec().planId())
                            .checkUpdate(
                                    name,
                                    draft.name(),
                                    spec,
                                    current.spec(),
                                    current.externalAddress());
                    return spec;
                });
    }

    public Written updateTargetPool(
            UUID projectId,
            String region,
            String name,
            String poolName,
            TargetPoolSpec pool,
            Precondition precondition,
            Origin origin) {
        return edit(
                projectId,
                region,
                name,
                precondition,
                Occasion.of(Reason.UPDATE_TARGET_POOL, origin),
                current -> {
                    if (current.spec().targetPools().stream()
                            .noneMatch(existing -> poolName.equals(existing.name()))) {
                        throw new DomainFailure.NotFound("target pool not found");
                    }
                    SpecRules.checkPool(poolName, pool, limits.of(projectId));
                    return current.spec().withTargetPool(pool.withName(poolName));
                });
    }

    /** Changes listeners and target pools. */
    public Written updateTraffic(
            UUID projectId,
            String region,
            String name,
            UnaryOperator<LoadBalancerSpec> edit,
            Precondition precondition,
            Origin origin) {
        return edit(
                projectId,
                region,
                name,
                precondition,
                Occasion.of(Reason.UPDATE_FORWARDING_RULES, origin),
                current -> {
                    var spec = edit.apply(current.spec());
                    checkUpdate(current, spec);
                    return spec;
                });
    }

    /** Likewise, but only takes away, and so may come from where nothing more may be added. */
    public Written reduceTraffic(
            UUID projectId,
            String region,
            String name,
            UnaryOperator<LoadBalancerSpec> edit,
            Precondition precondition,
            Origin origin) {
        return edit(
                projectId,
                region,
                name,
                precondition,
                Occasion.of(Reason.UPDATE_FORWARDING_RULES, origin),
                current -> edit.apply(current.spec()));
    }

    /**
     * Writes the spec of a revision again, by the rules of today; where the load balancer is gone,
     * as that of a new one.
     *
     * @param version of the load balancer that is there
     */
    public Written restore(
            UUID projectId,
            String region,
            String name,
            RevisionName which,
            @Nullable String version,
            Precondition precondition,
            Origin origin) {
        return transactions.run(() -> {
            var then = history.get(projectId, region, name, which);
            var occasion =
                    new Occasion(
                            Reason.RESTORE, origin, Map.of("restored", then.revision().version()));
            if (reads.find(projectId, region, name).isEmpty()) {
                precondition.checkAbsent();
                var draft = new LoadBalancerDraft(name, version, then.spec());
                return create(projectId, region, draft, occasion);
            }
            return edit(
                    projectId,
                    region,
                    name,
                    precondition,
                    occasion,
                    current -> {
                        checkVersion(version, current);
                        checkUpdate(current, then.spec());
                        return then.spec();
                    });
        });
    }

    private void checkUpdate(LoadBalancerView current, LoadBalancerSpec spec) {
        rules(current.projectId(), current.region(), spec, current.spec().planId())
                .checkUpdate(current.name(), null, spec, current.spec(), current.externalAddress());
    }

    /**
     * Replaces a spec by another that is made of it; writing what is there already is no write.
     *
     * @param edit returns a valid spec, or fails
     */
    private Written edit(
            UUID projectId,
            String region,
            String name,
            Precondition precondition,
            Occasion occasion,
            Function<LoadBalancerView, LoadBalancerSpec> edit) {
        return transactions.run(() -> {
            var loadBalancer = lockForUpdate(projectId, region, name, precondition);
            var current = reads.get(projectId, region, name);
            var spec = edit.apply(current).completed(settings.defaultPlan());
            var changes = Changes.replacing(current, spec);
            if (changes.isEmpty()) {
                return new Written(current, changes);
            }
            loadBalancer.advance();
            loadBalancers.saveAndFlush(loadBalancer);
            credentials.replace(
                    loadBalancer.id(), current.spec().credentialRefs(), spec.credentialRefs());
            return new Written(accept(loadBalancer, spec, occasion), changes);
        });
    }

    /** Succeeds whether or not there is such a load balancer. */
    public Optional<Written> delete(
            UUID projectId, String region, String name, Precondition precondition, Origin origin) {
        return transactions.run(() ->
                loadBalancers
                        .lock(projectId, region, name)
                        .flatMap(found -> requestDeletion(found, precondition, origin)));
    }

    private Optional<Written> requestDeletion(
            LoadBalancer loadBalancer, Precondition precondition, Origin origin) {
        precondition.check(loadBalancer.version());
        if (loadBalancer.isTerminating()) {
            return Optional.empty();
        }
        markDeleted(loadBalancer.id(), origin.author());
        credentials.release(loadBalancer.id());
        record(loadBalancer, origin, "delete", Map.of());
        enqueue(loadBalancer.id(), "DELETE");
        return reads.find(loadBalancer.projectId(), loadBalancer.id())
                .map(view -> new Written(view, Changes.removing(view)));
    }

    /** By the clock that revisions have their times from, for usage is metered by both. */
    private void markDeleted(UUID id, String author) {
        jdbc.sql(
                        """
                        UPDATE load_balancer
                        SET deletion_requested_at = now(), deletion_author = :author
                        WHERE id = :id
                        """)
                .param("author", author)
                .param("id", id)
                .update();
    }

    private LoadBalancer lockForUpdate(
            UUID projectId, String region, String name, Precondition precondition) {
        var loadBalancer =
                loadBalancers
                        .lock(projectId, region, name)
                        .orElseThrow(() -> new DomainFailure.NotFound("load balancer not found"));
        if (loadBalancer.isTerminating()) {
            throw new DomainFailure.Terminating();
        }
        precondition.check(loadBalancer.version());
        return loadBalancer;
    }

    private static void checkVersion(@Nullable String sent, LoadBalancerView current) {
        if (sent == null || sent.isEmpty()) {
            throw new DomainFailure.InvalidFields(
                    FieldError.of("/version", FieldError.Code.REQUIRED, "is required on update"));
        }
        if (!sent.equals(current.version())) {
            throw new DomainFailure.StaleVersion();
        }
    }

    private LoadBalancerView accept(
            LoadBalancer loadBalancer, LoadBalancerSpec spec, Occasion occasion) {
        revisions.saveAndFlush(
                new LoadBalancerRevision(
                        loadBalancer.id(),
                        loadBalancer.generation(),
                        SpecJson.write(spec),
                        occasion.origin(),
                        occasion.reason()));
        record(loadBalancer, occasion.origin(), occasion.reason().verb(), occasion.details());
        enqueue(loadBalancer.id(), "SPEC");
        return reads.find(loadBalancer.projectId(), loadBalancer.id()).orElseThrow();
    }

    private void record(
            LoadBalancer loadBalancer, Origin origin, String verb, Map<String, Object> more) {
        var details = new LinkedHashMap<>(more);
        details.put("generation", loadBalancer.generation());
        audit.record(
                origin,
                loadBalancer.projectId(),
                "load-balancer." + verb,
                "regions/%s/load-balancers/%s"
                        .formatted(loadBalancer.regionId(), loadBalancer.name()),
                details);
    }

    private void enqueue(UUID loadBalancerId, String reason) {
        jdbc.sql("SELECT 1 FROM enqueue_work(:id, :reason)")
                .param("id", loadBalancerId)
                .param("reason", reason)
                .query(Integer.class)
                .single();
    }

    /**
     * Holds the credentials that the spec names, so that the answer stays right. A load balancer
     * may keep its plan, even one that cannot be ordered any more.
     */
    private SpecRules rules(
            UUID projectId, String region, LoadBalancerSpec spec, @Nullable String ownPlan) {
        return new SpecRules(
                Stream.concat(plans.of(region).stream().map(Plan::id), Stream.ofNullable(ownPlan))
                        .collect(Collectors.toUnmodifiableSet()),
                credentials.hold(projectId, region, spec.credentialRefs()),
                limits.of(projectId),
                pushHosts::objection);
    }
}
