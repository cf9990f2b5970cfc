package dev.plimsoll.api.loadbalancer.web;

import dev.plimsoll.api.rehearsal.AgentsWord;
import dev.plimsoll.api.rehearsal.Forecast;
import dev.plimsoll.openapi.model.DryRunAgentDto;
import dev.plimsoll.openapi.model.DryRunChangeDto;
import dev.plimsoll.openapi.model.DryRunConnectionsDto;
import dev.plimsoll.openapi.model.DryRunResultDto;
import dev.plimsoll.openapi.model.DryRunWarningDto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A forecast as it is answered. */
final class ForecastDto {
    private ForecastDto() {}

    static DryRunResultDto of(Forecast forecast) {
        return new DryRunResultDto(
                forecast.changes().stream().map(ForecastDto::change).toList(),
                DryRunResultDto.ProvisionerEnum.fromValue(
                        switch (forecast.provisioner()) {
                            case YES -> "ANSWERED";
                            case NO -> "NO_ANSWER";
                            case NOT_ASKED -> "NOT_ASKED";
                        }),
                forecast.agents().stream().map(it -> agent(it, forecast)).toList(),
                forecast.warnings().stream().map(ForecastDto::warning).toList());
    }

    static DryRunResultDto ofNothing() {
        return new DryRunResultDto(
                List.of(), DryRunResultDto.ProvisionerEnum.NOT_ASKED, List.of(), List.of());
    }

    private static DryRunChangeDto change(Forecast.Told told) {
        var change = told.change();
        return new DryRunChangeDto(
                        change.path(),
                        DryRunChangeDto.EffectEnum.fromValue(told.effect().name()),
                        told.explanation(),
                        DryRunChangeDto.SaidByEnum.fromValue(told.saidBy().name()),
                        connections(told.affected()))
                .from(change.from())
                .to(change.to());
    }

    private static DryRunConnectionsDto connections(Forecast.Connections affected) {
        return new DryRunConnectionsDto(
                        DryRunConnectionsDto.CountedEnum.fromValue(affected.counted().name()))
                .established(affected.established());
    }

    private static DryRunAgentDto agent(AgentsWord agent, Forecast forecast) {
        return new DryRunAgentDto(
                        agent.machineId().toString(),
                        DryRunAgentDto.ReasonEnum.fromValue(agent.reason().name()),
                        message(agent.reason()),
                        forecast.replaced().contains(agent.machineId()))
                .role(role(agent.role()))
                .establishedConnections(agent.established());
    }

    private static DryRunAgentDto.@Nullable RoleEnum role(@Nullable String role) {
        return role == null ? null : DryRunAgentDto.RoleEnum.fromValue(role);
    }

    private static String message(AgentsWord.Reason reason) {
        return switch (reason) {
            case ANSWERED -> "The agent compared what it has with what it would get.";
            case NOT_CONNECTED -> "The agent has no control stream: .../status says what is done.";
            case NO_ANSWER -> "The agent did not answer in time: try again.";
            case BUSY -> "The agent has as many questions as it answers at a time: try again.";
            case OTHER_CONFIGURATION ->
                    "The agent does not have the version that this would change: try again when the"
                            + " load balancer is READY.";
            case NOT_ASKED -> "The provisioner did not say what the agent would get: try again.";
        };
    }

    private static DryRunWarningDto warning(Forecast.Warning warning) {
        return new DryRunWarningDto(
                DryRunWarningDto.CodeEnum.fromValue(warning.code().name()),
                warning.path(),
                warning.message());
    }
}
