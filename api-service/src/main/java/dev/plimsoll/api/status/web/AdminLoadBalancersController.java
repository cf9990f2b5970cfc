package dev.plimsoll.api.status.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.loadbalancer.LoadBalancerReads;
import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.web.ToDto;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.status.AgentView;
import dev.plimsoll.api.status.StatusReads;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.AdminLoadBalancersApi;
import dev.plimsoll.openapi.model.AdminAgentDto;
import dev.plimsoll.openapi.model.AdminListLoadBalancersResponseDto;
import dev.plimsoll.openapi.model.AdminLoadBalancerDto;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AdminLoadBalancersController implements AdminLoadBalancersApi {
    private final LoadBalancerReads loadBalancers;
    private final StatusReads statuses;
    private final ApiSettings settings;

    AdminLoadBalancersController(
            LoadBalancerReads loadBalancers, StatusReads statuses, ApiSettings settings) {
        this.loadBalancers = loadBalancers;
        this.statuses = statuses;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminListLoadBalancersResponseDto> adminListLoadBalancers(
            @Nullable String pageSize, @Nullable String pageId) {
        var size = PageSize.parse(pageSize, settings.maxPageSize());
        var page = loadBalancers.listAll(size, pageId);
        var agents = statuses.agents(page.map(LoadBalancerView::id));
        return ResponseEntity.ok(
                new AdminListLoadBalancersResponseDto(
                                page.items().stream()
                                        .map(view ->
                                                loadBalancer(
                                                        view,
                                                        agents.getOrDefault(view.id(), List.of())))
                                        .toList())
                        .nextPageId(page.nextPageId()));
    }

    private static AdminLoadBalancerDto loadBalancer(
            LoadBalancerView view, List<AgentView> agents) {
        return new AdminLoadBalancerDto()
                .id(view.id().toString())
                .projectId(view.projectId().toString())
                .region(view.region())
                .name(view.name())
                .status(AdminLoadBalancerDto.StatusEnum.fromValue("STATUS_" + view.status().kind()))
                .errors(ToDto.errors(view.status()))
                .externalAddress(view.externalAddress())
                .privateAddress(view.privateAddress())
                .agents(agents.stream().map(AdminLoadBalancersController::agent).toList());
    }

    private static AdminAgentDto agent(AgentView agent) {
        return new AdminAgentDto()
                .machineId(agent.machineId().toString())
                .slot(agent.slot())
                .state(AdminAgentDto.StateEnum.fromValue(agent.state()))
                .driver(agent.driver())
                .agentVersion(agent.agentVersion())
                .role(agent.role() == null ? null : AdminAgentDto.RoleEnum.fromValue(agent.role()))
                .roleSince(
                        agent.roleSince() == null
                                ? null
                                : agent.roleSince().atOffset(ZoneOffset.UTC))
                .pid(agent.pid())
                .connected(agent.connected())
                .adminAddress(agent.adminAddress())
                .appliedGeneration(agent.appliedGeneration());
    }
}
