package dev.plimsoll.api.status.web;

import dev.plimsoll.api.failover.FailoverView;
import dev.plimsoll.api.failover.Failovers;
import dev.plimsoll.api.health.Agreement;
import dev.plimsoll.api.loadbalancer.Condition;
import dev.plimsoll.api.loadbalancer.LoadBalancerReads;
import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.Status;
import dev.plimsoll.api.status.AgentView;
import dev.plimsoll.api.status.PushConditions;
import dev.plimsoll.api.status.PushReads;
import dev.plimsoll.api.status.PushView;
import dev.plimsoll.api.status.StatusReads;
import dev.plimsoll.api.status.WaitingFor;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.StatusApi;
import dev.plimsoll.openapi.model.AgentReportDto;
import dev.plimsoll.openapi.model.ConditionDto;
import dev.plimsoll.openapi.model.FailoverReportDto;
import dev.plimsoll.openapi.model.LoadBalancerStatusReportDto;
import dev.plimsoll.openapi.model.PushFailureDto;
import dev.plimsoll.openapi.model.PushReportDto;
import dev.plimsoll.openapi.model.WaitingForDto;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class StatusController implements StatusApi {
    private final LoadBalancerReads loadBalancers;
    private final StatusReads statuses;
    private final Failovers failovers;
    private final Agreement agreement;
    private final PushReads pushReads;
    private final PushConditions pushConditions;

    StatusController(
            LoadBalancerReads loadBalancers,
            StatusReads statuses,
            Failovers failovers,
            Agreement agreement,
            PushReads pushReads,
            PushConditions pushConditions) {
        this.failovers = failovers;
        this.agreement = agreement;
        this.pushReads = pushReads;
        this.pushConditions = pushConditions;
        this.loadBalancers = loadBalancers;
        this.statuses = statuses;
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<LoadBalancerStatusReportDto> getLoadBalancerStatus(
            String projectId, String region, String name) {
        var view = loadBalancers.get(UUID.fromString(projectId), region, name);
        var agents = statuses.agents(List.of(view.id())).getOrDefault(view.id(), List.of());
        var pushes = pushReads.of(view.projectId(), view.id());
        return ResponseEntity.ok(
                new LoadBalancerStatusReportDto()
                        .status(
                                LoadBalancerStatusReportDto.StatusEnum.fromValue(
                                        "STATUS_" + view.status().kind()))
                        .generation(view.generation())
                        .observedGeneration(view.observedGeneration())
                        .conditions(
                                Stream.of(
                                                view.conditions().stream(),
                                                Stream.of(agreement.condition(view, agents)),
                                                pushConditions.of(view, agents, pushes))
                                        .flatMap(conditions -> conditions)
                                        .map(StatusController::condition)
                                        .toList())
                        .agents(agents.stream().map(it -> agent(it, pushes)).toList())
                        .waitingFor(waitingFor(view))
                        .lastFailover(
                                failovers
                                        .last(view.id())
                                        .map(StatusController::failover)
                                        .orElse(null)));
    }

    private static FailoverReportDto failover(FailoverView last) {
        return new FailoverReportDto(
                        FailoverReportDto.CauseEnum.fromValue(last.cause()),
                        last.toMachine().toString(),
                        utc(last.vipMovedAt()))
                .fromMachineId(last.fromMachine() == null ? null : last.fromMachine().toString())
                .detectedAt(last.detectedAt() == null ? null : utc(last.detectedAt()))
                .gapMillis(last.gapMillis())
                .connections(last.connections());
    }

    private @Nullable WaitingForDto waitingFor(LoadBalancerView view) {
        var isReady = view.status().kind() == Status.Kind.READY;
        return statuses.waitingFor(view.id(), isReady)
                .map(StatusController::waitingFor)
                .orElse(null);
    }

    private static WaitingForDto waitingFor(WaitingFor waiting) {
        return new WaitingForDto(
                waiting.what(),
                utc(waiting.since()),
                waiting.attempt(),
                utc(waiting.nextTry()),
                utc(waiting.deadline()));
    }

    private static ConditionDto condition(Condition condition) {
        return new ConditionDto(
                ConditionDto.TypeEnum.fromValue(condition.type().name()),
                ConditionDto.StatusEnum.fromValue(condition.status().name()),
                condition.reason(),
                condition.message(),
                condition.generation(),
                utc(condition.since()));
    }

    private static AgentReportDto agent(AgentView agent, List<PushView> pushes) {
        return new AgentReportDto(agent.machineId().toString(), agent.slot(), agent.connected())
                .driver(agent.driver())
                .agentVersion(agent.agentVersion())
                .role(agent.role() == null ? null : AgentReportDto.RoleEnum.fromValue(agent.role()))
                .roleSince(agent.roleSince() == null ? null : utc(agent.roleSince()))
                .appliedGeneration(agent.appliedGeneration())
                .appliedAt(agent.appliedAt() == null ? null : utc(agent.appliedAt()))
                .pushes(pushes(agent, pushes));
    }

    private static @Nullable List<PushReportDto> pushes(AgentView agent, List<PushView> all) {
        var own =
                all.stream()
                        .filter(push -> push.machineId().equals(agent.machineId()))
                        .map(StatusController::push)
                        .toList();
        return own.isEmpty() ? null : own;
    }

    private static PushReportDto push(PushView push) {
        var failure = push.lastFailure();
        return new PushReportDto(
                        PushReportDto.KindEnum.fromValue(push.kind().name()),
                        push.url(),
                        push.consecutiveFailures(),
                        push.dropped())
                .lastSuccessAt(push.lastSuccessAt() == null ? null : utc(push.lastSuccessAt()))
                .lastFailure(failure == null ? null : failure(failure));
    }

    private static PushFailureDto failure(PushView.Failure failure) {
        return new PushFailureDto(
                        utc(failure.at()),
                        PushFailureDto.ReasonEnum.fromValue(failure.reason().name()),
                        failure.reason().sentence(failure.httpStatus()))
                .httpStatus(failure.httpStatus());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
