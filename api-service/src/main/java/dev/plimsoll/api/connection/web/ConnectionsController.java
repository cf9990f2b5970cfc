package dev.plimsoll.api.connection.web;

import dev.plimsoll.api.connection.ConnectionFilter;
import dev.plimsoll.api.connection.Connections;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.QueryParameter;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.tenancy.web.PathId;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.ConnectionsApi;
import dev.plimsoll.openapi.model.ClosedConnectionDto;
import dev.plimsoll.openapi.model.ListConnectionsResponseDto;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ConnectionsController implements ConnectionsApi {
    private static final String OPEN = "open";
    private static final List<String> STATES = List.of(OPEN, "closed");
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 400;

    private final Connections connections;

    ConnectionsController(Connections connections) {
        this.connections = connections;
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<ListConnectionsResponseDto> listConnections(
            String projectId,
            String region,
            String name,
            @Nullable String state,
            @Nullable String client,
            @Nullable String target,
            @Nullable String listener,
            @Nullable String since,
            @Nullable String pageSize,
            @Nullable String pageId) {
        var wanted = QueryParameter.oneOf("state", state, STATES);
        var place = FilterParameters.target(target);
        var filter =
                new ConnectionFilter(
                        wanted == null || wanted.equals(OPEN),
                        FilterParameters.clients(client),
                        place.ip(),
                        place.port(),
                        QueryParameter.text("listener", listener),
                        QueryParameter.instant("since", since).orElse(null));
        int size = pageSize == null ? USUAL_PAGE : PageSize.parse(pageSize, LARGEST_PAGE);
        var report =
                connections.list(UUID.fromString(projectId), region, name, filter, size, pageId);
        return ResponseEntity.ok(ToDto.report(report));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<ClosedConnectionDto> closeConnection(
            String projectId, String region, String name, String connectionId) {
        var id = PathId.parse(connectionId, "connection");
        var machine =
                connections.close(UUID.fromString(projectId), region, name, id, Origins.current());
        return ResponseEntity.ok(new ClosedConnectionDto(id.toString(), machine.toString()));
    }
}
