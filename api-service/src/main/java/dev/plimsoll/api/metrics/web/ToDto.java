package dev.plimsoll.api.metrics.web;

import dev.plimsoll.api.metrics.SeriesReport;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.openapi.model.MetricsAgentDto;
import dev.plimsoll.openapi.model.MetricsSeriesDto;
import dev.plimsoll.openapi.model.MetricsSeriesReportDto;

/** Figures over time in the contract's words. */
final class ToDto {
    private ToDto() {}

    static MetricsSeriesReportDto report(SeriesReport report) {
        return new MetricsSeriesReportDto(
                Utc.of(report.from()),
                Utc.of(report.to()),
                MetricsSeriesReportDto.ResolutionEnum.fromValue(report.resolution().text()),
                report.known(),
                report.agents().stream().map(ToDto::agent).toList(),
                report.series().stream().map(ToDto::series).toList());
    }

    private static MetricsAgentDto agent(SeriesReport.Agent agent) {
        return new MetricsAgentDto(
                        agent.machine().toString(),
                        MetricsAgentDto.ReasonEnum.fromValue(agent.reason().name()))
                .role(
                        agent.role() == null
                                ? null
                                : MetricsAgentDto.RoleEnum.fromValue(agent.role()));
    }

    private static MetricsSeriesDto series(SeriesReport.Series series) {
        var kind = series.kind();
        return new MetricsSeriesDto(
                        kind.name(),
                        MetricsSeriesDto.UnitEnum.fromValue(kind.unit()),
                        series.values())
                .reason(
                        kind.reason() == null
                                ? null
                                : MetricsSeriesDto.ReasonEnum.fromValue(kind.reason()));
    }
}
