package dev.plimsoll.api.connection.web;

import dev.plimsoll.api.connection.ConnectionReport;
import dev.plimsoll.api.connection.ConnectionView;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.openapi.model.ConnectionAgentDto;
import dev.plimsoll.openapi.model.ConnectionDto;
import dev.plimsoll.openapi.model.ListConnectionsResponseDto;

/** Connections in the contract's words. */
final class ToDto {
    private ToDto() {}

    static ListConnectionsResponseDto report(ConnectionReport report) {
        return new ListConnectionsResponseDto(
                        report.connections().stream().map(ToDto::connection).toList(),
                        report.total(),
                        report.agents().stream().map(ToDto::agent).toList())
                .nextPageId(report.nextPageId());
    }

    private static ConnectionAgentDto agent(ConnectionReport.Agent agent) {
        return new ConnectionAgentDto(
                        agent.machine().toString(),
                        agent.connected(),
                        ConnectionAgentDto.ReasonEnum.fromValue(agent.reason().name()),
                        agent.message())
                .role(
                        agent.role() == null
                                ? null
                                : ConnectionAgentDto.RoleEnum.fromValue(agent.role()))
                .total(agent.total())
                .sampledOneIn(agent.sampledOneIn())
                .kept(agent.kept());
    }

    private static ConnectionDto connection(ConnectionView it) {
        return new ConnectionDto(
                        it.id().toString(),
                        it.machine().toString(),
                        ConnectionDto.OutcomeEnum.fromValue(it.outcome().name()),
                        ConnectionDto.ProtocolEnum.fromValue(it.protocol().name()),
                        it.port(),
                        it.clientIp(),
                        it.clientPort(),
                        Utc.of(it.acceptedAt()),
                        it.tries(),
                        it.bytesToTarget(),
                        it.bytesToClient(),
                        it.generation(),
                        it.sampledOneIn())
                .role(it.role() == null ? null : ConnectionDto.RoleEnum.fromValue(it.role()))
                .listener(it.listener())
                .targetPool(it.targetPool())
                .targetIp(it.targetIp())
                .targetPort(it.targetPort())
                .connectedAt(Utc.ofNullable(it.connectedAt()))
                .endedAt(Utc.ofNullable(it.endedAt()))
                .connectMicroseconds(it.connectMicros())
                .closedBy(
                        it.closedBy() == null
                                ? null
                                : ConnectionDto.ClosedByEnum.fromValue(it.closedBy().name()))
                .cause(
                        it.cause() == null
                                ? null
                                : ConnectionDto.CauseEnum.fromValue(it.cause().name()))
                .message(it.message());
    }
}
