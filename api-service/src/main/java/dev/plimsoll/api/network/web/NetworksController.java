package dev.plimsoll.api.network.web;

import dev.plimsoll.api.network.Network;
import dev.plimsoll.api.network.Networks;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.NetworksApi;
import dev.plimsoll.openapi.model.ListNetworksResponseDto;
import dev.plimsoll.openapi.model.ProjectNetworkDto;
import dev.plimsoll.openapi.model.PutNetworkPayloadDto;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class NetworksController implements NetworksApi {
    private static final Pattern UUID_PATTERN =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Networks networks;

    NetworksController(Networks networks) {
        this.networks = networks;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ListNetworksResponseDto> listNetworks(String projectId) {
        var found = networks.list(id(projectId, "project"));
        return ResponseEntity.ok(
                new ListNetworksResponseDto(found.stream().map(NetworksController::dto).toList()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<ProjectNetworkDto> putNetwork(
            String projectId, String networkId, PutNetworkPayloadDto payload) {
        var name = payload.getName() == null ? "" : payload.getName();
        var cidrs =
                payload.getCidrs() == null
                        ? List.<String>of()
                        : payload.getCidrs().stream().map(it -> it == null ? "" : it).toList();
        var network = new Network(id(networkId, "network"), name, cidrs);
        var told = networks.put(id(projectId, "project"), network, Origins.current());
        return ResponseEntity.ok(dto(told));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<Object> deleteNetwork(String projectId, String networkId) {
        networks.delete(id(projectId, "project"), id(networkId, "network"), Origins.current());
        return ResponseEntity.ok(Map.of());
    }

    /** What is no UUID cannot be there. */
    private static UUID id(String text, String what) {
        if (!UUID_PATTERN.matcher(text).matches()) {
            throw new DomainFailure.NotFound(what + " not found");
        }
        return UUID.fromString(text);
    }

    private static ProjectNetworkDto dto(Network network) {
        return new ProjectNetworkDto()
                .networkId(network.id().toString())
                .name(network.name())
                .cidrs(network.cidrs());
    }
}
