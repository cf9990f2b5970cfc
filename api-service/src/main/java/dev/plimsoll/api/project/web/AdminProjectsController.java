package dev.plimsoll.api.project.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.project.Project;
import dev.plimsoll.api.project.ProjectDraft;
import dev.plimsoll.api.project.ProjectRegister;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.tenancy.web.PathId;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.AdminProjectsApi;
import dev.plimsoll.openapi.model.AdminCreateProjectPayloadDto;
import dev.plimsoll.openapi.model.AdminListProjectsResponseDto;
import dev.plimsoll.openapi.model.AdminProjectDto;
import dev.plimsoll.openapi.model.AdminUpdateProjectPayloadDto;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AdminProjectsController implements AdminProjectsApi {
    private final ProjectRegister projects;
    private final ApiSettings settings;

    AdminProjectsController(ProjectRegister projects, ApiSettings settings) {
        this.projects = projects;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminListProjectsResponseDto> adminListProjects(
            @Nullable String pageSize, @Nullable String pageId) {
        var page = projects.list(PageSize.parse(pageSize, settings.maxPageSize()), pageId);
        return ResponseEntity.ok(
                new AdminListProjectsResponseDto(page.map(AdminProjectsController::dto))
                        .nextPageId(page.nextPageId()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminProjectDto> adminCreateProject(
            AdminCreateProjectPayloadDto payload) {
        var draft =
                new ProjectDraft(
                        payload.getProjectId(),
                        payload.getName(),
                        payload.getMaxListeners(),
                        payload.getMaxTargets());
        return ResponseEntity.ok(dto(projects.create(draft, Origins.current())));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminProjectDto> adminGetProject(String projectId) {
        return ResponseEntity.ok(dto(projects.get(id(projectId))));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminProjectDto> adminUpdateProject(
            String projectId, AdminUpdateProjectPayloadDto payload) {
        var draft =
                new ProjectDraft(
                        null,
                        payload.getName(),
                        payload.getMaxListeners(),
                        payload.getMaxTargets());
        return ResponseEntity.ok(dto(projects.update(id(projectId), draft, Origins.current())));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<Object> adminDeleteProject(String projectId) {
        projects.delete(id(projectId), Origins.current());
        return ResponseEntity.ok(Map.of());
    }

    private static UUID id(String projectId) {
        return PathId.parse(projectId, "project");
    }

    private static AdminProjectDto dto(Project project) {
        return new AdminProjectDto(
                project.id().toString(),
                project.name(),
                project.maxListeners(),
                project.maxTargets(),
                project.loadBalancers(),
                Utc.of(project.createdAt()));
    }
}
