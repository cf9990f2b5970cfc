package dev.plimsoll.api.health.web;

import dev.plimsoll.api.health.ExplanationReport;
import dev.plimsoll.api.health.HealthReason;
import dev.plimsoll.api.health.HealthReport;
import dev.plimsoll.api.loadbalancer.Condition;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.openapi.model.AgentExplanationDto;
import dev.plimsoll.openapi.model.ConditionDto;
import dev.plimsoll.openapi.model.ExplanationStepDto;
import dev.plimsoll.openapi.model.HealthAgentDto;
import dev.plimsoll.openapi.model.HealthReasonDto;
import dev.plimsoll.openapi.model.HealthReportDto;
import dev.plimsoll.openapi.model.ProbeResultDto;
import dev.plimsoll.openapi.model.SecurityGroupExplanationDto;
import dev.plimsoll.openapi.model.TargetExplanationDto;
import dev.plimsoll.openapi.model.TargetHealthDto;
import dev.plimsoll.openapi.model.TargetPoolHealthDto;
import dev.plimsoll.openapi.model.TargetStateDto;
import dev.plimsoll.openapi.model.TargetVerdictDto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Health in the contract's words. */
final class ToDto {
    private ToDto() {}

    static HealthReportDto report(HealthReport report) {
        return new HealthReportDto(
                List.of(condition(report.agreement())),
                report.agents().stream().map(ToDto::agent).toList(),
                report.pools().stream().map(ToDto::pool).toList());
    }

    private static ConditionDto condition(Condition condition) {
        return new ConditionDto(
                ConditionDto.TypeEnum.fromValue(condition.type().name()),
                ConditionDto.StatusEnum.fromValue(condition.status().name()),
                condition.reason(),
                condition.message(),
                condition.generation(),
                Utc.of(condition.since()));
    }

    private static HealthAgentDto agent(HealthReport.Agent agent) {
        return new HealthAgentDto(
                        agent.machine().toString(),
                        agent.connected(),
                        HealthAgentDto.ReasonEnum.fromValue(agent.reason().name()),
                        agent.message())
                .role(agent.role() == null ? null : HealthAgentDto.RoleEnum.fromValue(agent.role()))
                .activeConnections(agent.activeConnections())
                .connectionLimit(agent.connectionLimit());
    }

    private static TargetPoolHealthDto pool(HealthReport.Pool pool) {
        return new TargetPoolHealthDto(
                pool.name(), pool.targets().stream().map(ToDto::target).toList());
    }

    private static TargetHealthDto target(HealthReport.Target target) {
        var shown = target.shown();
        return new TargetHealthDto(
                        target.ip(),
                        target.port(),
                        TargetStateDto.fromValue(shown.state().name()),
                        reason(shown.reason()),
                        shown.message(),
                        target.agentsDisagree(),
                        target.seen().stream().map(ToDto::seen).toList())
                .displayName(target.displayName())
                .since(shown.since() == null ? null : Utc.of(shown.since()));
    }

    private static TargetVerdictDto seen(HealthReport.Seen seen) {
        var live = seen.live();
        var verdict =
                new TargetVerdictDto(
                                seen.machine().toString(),
                                TargetStateDto.fromValue(seen.state().name()),
                                reason(seen.reason()),
                                seen.message())
                        .since(seen.since() == null ? null : Utc.of(seen.since()))
                        .activeConnections(live == null ? null : live.connections());
        verdict.setRecent(live == null ? null : probes(live.recent()));
        return verdict;
    }

    private static @Nullable List<ProbeResultDto> probes(
            @Nullable List<HealthReport.Probe> probes) {
        return probes == null ? null : probes.stream().map(ToDto::probe).toList();
    }

    private static ProbeResultDto probe(HealthReport.Probe probe) {
        return new ProbeResultDto(
                        Utc.of(probe.at()),
                        probe.millis(),
                        reason(probe.reason()),
                        ProbeResultDto.PhaseEnum.fromValue(probe.phase().name()))
                .errno(probe.errno())
                .httpStatus(probe.httpStatus());
    }

    static TargetExplanationDto explanation(ExplanationReport report) {
        var filter = report.filter();
        return new TargetExplanationDto(
                report.targetPool(),
                report.ip(),
                report.port(),
                report.message(),
                report.agents().stream().map(ToDto::agent).toList(),
                new SecurityGroupExplanationDto(
                        SecurityGroupExplanationDto.OutcomeEnum.fromValue(filter.outcome().name()),
                        filter.message(),
                        filter.wanted(),
                        filter.applied()));
    }

    private static AgentExplanationDto agent(ExplanationReport.Agent agent) {
        return new AgentExplanationDto(
                        agent.machine().toString(),
                        agent.connected(),
                        AgentExplanationDto.ReasonEnum.fromValue(agent.reason().name()),
                        agent.message(),
                        agent.steps().stream().map(ToDto::step).toList())
                .role(
                        agent.role() == null
                                ? null
                                : AgentExplanationDto.RoleEnum.fromValue(agent.role()));
    }

    private static ExplanationStepDto step(ExplanationReport.Step step) {
        return new ExplanationStepDto(
                        ExplanationStepDto.NameEnum.fromValue(step.name().name()),
                        ExplanationStepDto.OutcomeEnum.fromValue(step.outcome().name()),
                        step.millis(),
                        step.message())
                .reason(step.reason() == null ? null : reason(step.reason()))
                .httpStatus(step.httpStatus());
    }

    private static HealthReasonDto reason(HealthReason reason) {
        return HealthReasonDto.fromValue(reason.name());
    }
}
