package dev.plimsoll.api.loadbalancer.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.loadbalancer.Change;
import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.LoadBalancerWrites;
import dev.plimsoll.api.loadbalancer.Precondition;
import dev.plimsoll.api.loadbalancer.Revision;
import dev.plimsoll.api.loadbalancer.RevisionHistory;
import dev.plimsoll.api.loadbalancer.RevisionName;
import dev.plimsoll.api.loadbalancer.Settling;
import dev.plimsoll.api.loadbalancer.Written;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.IdempotentPosts;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.RevisionsApi;
import dev.plimsoll.openapi.model.ListRevisionsResponseDto;
import dev.plimsoll.openapi.model.LoadBalancerDto;
import dev.plimsoll.openapi.model.RestoreRevisionPayloadDto;
import dev.plimsoll.openapi.model.RevisionChangeDto;
import dev.plimsoll.openapi.model.RevisionComparisonDto;
import dev.plimsoll.openapi.model.RevisionDto;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class RevisionsController implements RevisionsApi {
    private final RevisionHistory history;
    private final LoadBalancerWrites writes;
    private final Settling settling;
    private final DryRuns dryRuns;
    private final IdempotentPosts posts;
    private final ApiSettings settings;

    RevisionsController(
            RevisionHistory history,
            LoadBalancerWrites writes,
            Settling settling,
            DryRuns dryRuns,
            IdempotentPosts posts,
            ApiSettings settings) {
        this.history = history;
        this.writes = writes;
        this.settling = settling;
        this.dryRuns = dryRuns;
        this.posts = posts;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<ListRevisionsResponseDto> listRevisions(
            String projectId,
            String region,
            String name,
            @Nullable String pageSize,
            @Nullable String pageId) {
        var size = PageSize.parse(pageSize, settings.maxPageSize());
        var page = history.list(UUID.fromString(projectId), region, name, size, pageId);
        return ResponseEntity.ok(
                new ListRevisionsResponseDto(page.map(RevisionsController::dto))
                        .nextPageId(page.nextPageId()));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<RevisionDto> getRevision(
            String projectId, String region, String name, String revision) {
        var found =
                history.get(UUID.fromString(projectId), region, name, RevisionName.parse(revision));
        return ResponseEntity.ok(
                dto(found.revision())
                        .specification(ToDto.specification(name, region, found.spec())));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<RevisionComparisonDto> compareRevisions(
            String projectId, String region, String name, String revision, @Nullable String to) {
        var project = UUID.fromString(projectId);
        var before = history.get(project, region, name, RevisionName.parse(revision));
        var other = to == null ? RevisionName.newest() : RevisionName.parse(to);
        var after = history.get(project, region, name, other);
        var changes = RevisionHistory.difference(before, after);
        return ResponseEntity.ok(
                new RevisionComparisonDto(
                        before.revision().version(),
                        after.revision().version(),
                        changes.stream().map(RevisionsController::dto).toList()));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<LoadBalancerDto> restoreRevision(
            String projectId,
            String region,
            String name,
            String revision,
            RestoreRevisionPayloadDto payload,
            @Nullable String ifMatch,
            @Nullable String prefer,
            @Nullable String dryRun,
            @Nullable String idempotencyKey) {
        var patience = Patience.of(prefer, settings.patience().put(), settings.patience().max());
        var project = UUID.fromString(projectId);
        var which = RevisionName.parse(revision);
        var precondition = new Precondition(ifMatch);
        var origin = Origins.current();
        Supplier<Written> write =
                () ->
                        writes.restore(
                                project,
                                region,
                                name,
                                which,
                                payload.getVersion(),
                                precondition,
                                origin);
        return DryRuns.isAsked(dryRun)
                ? dryRuns.of(region, write)
                : posts.by(idempotencyKey, project, payload)
                        .once(
                                LoadBalancerDto.class,
                                () -> write.get().view(),
                                RevisionsController::answer,
                                restored -> settling.await(restored, patience));
    }

    private static ResponseEntity<LoadBalancerDto> answer(LoadBalancerView view) {
        return ResponseEntity.ok().eTag(view.version()).body(ToDto.loadBalancer(view));
    }

    private static RevisionDto dto(Revision revision) {
        return new RevisionDto()
                .generation(revision.generation())
                .version(revision.version())
                .author(revision.origin().author())
                .client(revision.origin().client())
                .requestId(revision.origin().requestId())
                .reason(revision.reason())
                .at(Utc.of(revision.at()));
    }

    private static RevisionChangeDto dto(Change change) {
        return new RevisionChangeDto(change.path()).from(change.from()).to(change.to());
    }
}
