package dev.plimsoll.api.machine.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.machine.MachineView;
import dev.plimsoll.api.machine.Machines;
import dev.plimsoll.api.machine.Replacements;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.QueryParameter;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.tenancy.web.PathId;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.AdminMachinesApi;
import dev.plimsoll.openapi.model.AdminListMachinesResponseDto;
import dev.plimsoll.openapi.model.AdminMachineAgentDto;
import dev.plimsoll.openapi.model.AdminMachineDto;
import dev.plimsoll.openapi.model.AdminMachineReplacementDto;
import dev.plimsoll.openapi.model.AdminMachineYieldDto;
import dev.plimsoll.openapi.model.AdminReplaceMachineRequestDto;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AdminMachinesController implements AdminMachinesApi {
    private static final List<String> STATES =
            Stream.of(AdminMachineDto.StateEnum.values())
                    .map(AdminMachineDto.StateEnum::getValue)
                    .toList();

    private final Machines machines;
    private final Replacements replacements;
    private final ApiSettings settings;

    AdminMachinesController(Machines machines, Replacements replacements, ApiSettings settings) {
        this.replacements = replacements;
        this.machines = machines;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminListMachinesResponseDto> adminListMachines(
            @Nullable String pageSize,
            @Nullable String pageId,
            @Nullable String state,
            @Nullable String loadBalancerId) {
        var page =
                machines.list(
                        QueryParameter.oneOf("state", state, STATES),
                        QueryParameter.uuid("loadBalancerId", loadBalancerId),
                        PageSize.parse(pageSize, settings.maxPageSize()),
                        pageId);
        return ResponseEntity.ok(
                new AdminListMachinesResponseDto(page.map(AdminMachinesController::dto))
                        .nextPageId(page.nextPageId()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminMachineDto> adminGetMachine(String machineId) {
        return ResponseEntity.ok(dto(machines.get(PathId.parse(machineId, "machine"))));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminMachineDto> adminReplaceMachine(
            String machineId, @Nullable AdminReplaceMachineRequestDto request) {
        var reason = request == null ? null : request.getReason();
        return ResponseEntity.ok(
                dto(
                        replacements.request(
                                PathId.parse(machineId, "machine"),
                                reason == null ? "OPERATOR" : reason.getValue(),
                                Origins.current())));
    }

    private static AdminMachineDto dto(MachineView machine) {
        return new AdminMachineDto()
                .machineId(machine.id().toString())
                .projectId(machine.projectId().toString())
                .region(machine.region())
                .loadBalancerId(machine.loadBalancerId().toString())
                .loadBalancerName(machine.loadBalancerName())
                .slot(machine.slot())
                .incarnation(machine.incarnation())
                .driver(machine.driver())
                .state(AdminMachineDto.StateEnum.fromValue(machine.state()))
                .stateSince(Utc.of(machine.stateSince()))
                .createdAt(Utc.of(machine.createdAt()))
                .replacement(replacement(machine.replacement()))
                .leavesVip(leavesVip(machine.leavesVip()))
                .drainUntil(Utc.ofNullable(machine.drainUntil()))
                .foundDeadAt(Utc.ofNullable(machine.foundDeadAt()))
                .agent(machine.agent() == null ? null : agent(machine.agent()));
    }

    private static @Nullable AdminMachineReplacementDto replacement(
            MachineView.@Nullable Order order) {
        return order == null
                ? null
                : new AdminMachineReplacementDto(
                        AdminMachineReplacementDto.ReasonEnum.fromValue(order.reason()),
                        Utc.of(order.since()));
    }

    private static @Nullable AdminMachineYieldDto leavesVip(MachineView.@Nullable Order order) {
        return order == null
                ? null
                : new AdminMachineYieldDto(
                        AdminMachineYieldDto.ReasonEnum.fromValue(order.reason()),
                        Utc.of(order.since()));
    }

    private static AdminMachineAgentDto agent(MachineView.Agent agent) {
        var dto =
                new AdminMachineAgentDto()
                        .role(AdminMachineAgentDto.RoleEnum.fromValue(agent.role()))
                        .roleSince(Utc.of(agent.roleSince()))
                        .connected(agent.connected())
                        .connectedSince(Utc.of(agent.connectedSince()))
                        .version(agent.version())
                        .pid(agent.pid())
                        .adminAddress(agent.adminAddress())
                        .connectionLimit(agent.connectionLimit())
                        .appliedGeneration(agent.appliedGeneration())
                        .appliedAt(Utc.ofNullable(agent.appliedAt()))
                        .refusal(agent.refusal());
        var heartbeat = agent.heartbeat();
        return heartbeat == null
                ? dto
                : dto.activeConnections(heartbeat.activeConnections())
                        .lastHeartbeatAt(Utc.of(heartbeat.at()))
                        .heartbeatAgeMillis(heartbeat.age().toMillis());
    }
}
