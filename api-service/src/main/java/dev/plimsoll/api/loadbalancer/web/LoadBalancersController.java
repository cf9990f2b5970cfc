package dev.plimsoll.api.loadbalancer.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.loadbalancer.LoadBalancerReads;
import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.LoadBalancerWrites;
import dev.plimsoll.api.loadbalancer.Precondition;
import dev.plimsoll.api.loadbalancer.Settling;
import dev.plimsoll.api.loadbalancer.Written;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.IdempotentPosts;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.LoadBalancersApi;
import dev.plimsoll.openapi.model.CreateLoadBalancerPayloadDto;
import dev.plimsoll.openapi.model.ListLoadBalancersResponseDto;
import dev.plimsoll.openapi.model.LoadBalancerDto;
import dev.plimsoll.openapi.model.UpdateLoadBalancerPayloadDto;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class LoadBalancersController implements LoadBalancersApi {
    private final LoadBalancerWrites writes;
    private final LoadBalancerReads reads;
    private final Settling settling;
    private final DryRuns dryRuns;
    private final IdempotentPosts posts;
    private final ApiSettings settings;

    LoadBalancersController(
            LoadBalancerWrites writes,
            LoadBalancerReads reads,
            Settling settling,
            DryRuns dryRuns,
            IdempotentPosts posts,
            ApiSettings settings) {
        this.writes = writes;
        this.reads = reads;
        this.settling = settling;
        this.dryRuns = dryRuns;
        this.posts = posts;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<ListLoadBalancersResponseDto> listLoadBalancers(
            String projectId, String region, @Nullable String pageSize, @Nullable String pageId) {
        var size = PageSize.parse(pageSize, settings.maxPageSize());
        var page = reads.list(UUID.fromString(projectId), region, size, pageId);
        return ResponseEntity.ok(
                new ListLoadBalancersResponseDto(page.map(ToDto::loadBalancer))
                        .nextPageId(page.nextPageId()));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<LoadBalancerDto> createLoadBalancer(
            String projectId,
            String region,
            CreateLoadBalancerPayloadDto payload,
            @Nullable String requestId,
            @Nullable String prefer,
            @Nullable String dryRun,
            @Nullable String idempotencyKey) {
        var patience = Patience.of(prefer, settings.patience().post(), settings.patience().max());
        var project = UUID.fromString(projectId);
        var draft = FromDto.draft(payload);
        var origin = Origins.current();
        Supplier<Written> write = () -> writes.create(project, region, draft, origin);
        return DryRuns.isAsked(dryRun)
                ? dryRuns.of(region, write)
                : posts.by(idempotencyKey, project, payload)
                        .once(
                                LoadBalancerDto.class,
                                () -> write.get().view(),
                                LoadBalancersController::answer,
                                created -> settling.await(created, patience));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<LoadBalancerDto> getLoadBalancer(
            String projectId, String region, String name, @Nullable String ifNoneMatch) {
        // Spring answers 304 by comparing If-None-Match with the ETag.
        return answer(reads.get(UUID.fromString(projectId), region, name));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<LoadBalancerDto> updateLoadBalancer(
            String projectId,
            String region,
            String name,
            UpdateLoadBalancerPayloadDto payload,
            @Nullable String ifMatch,
            @Nullable String prefer,
            @Nullable String dryRun) {
        var patience = Patience.of(prefer, settings.patience().put(), settings.patience().max());
        var project = UUID.fromString(projectId);
        var draft = FromDto.draft(payload);
        var precondition = new Precondition(ifMatch);
        var origin = Origins.current();
        Supplier<Written> write =
                () -> writes.update(project, region, name, draft, precondition, origin);
        return DryRuns.isAsked(dryRun)
                ? dryRuns.of(region, write)
                : answer(settling.await(write.get().view(), patience));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<Object> deleteLoadBalancer(
            String projectId,
            String region,
            String name,
            @Nullable String ifMatch,
            @Nullable String dryRun) {
        var project = UUID.fromString(projectId);
        var precondition = new Precondition(ifMatch);
        var origin = Origins.current();
        Supplier<Optional<Written>> write =
                () -> writes.delete(project, region, name, precondition, origin);
        if (DryRuns.isAsked(dryRun)) {
            return dryRuns.ofRemoval(region, write);
        }
        var _ = write.get();
        return ResponseEntity.ok(Map.of());
    }

    private static ResponseEntity<LoadBalancerDto> answer(LoadBalancerView view) {
        return ResponseEntity.ok().eTag(view.version()).body(ToDto.loadBalancer(view));
    }
}
