package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.client.ApiException;
import dev.plimsoll.client.api.ConnectionsApi;
import dev.plimsoll.client.api.ConnectionsApi.APICloseConnectionRequest;
import dev.plimsoll.client.api.ConnectionsApi.APIListConnectionsRequest;
import dev.plimsoll.client.api.CredentialsApi;
import dev.plimsoll.client.api.CredentialsApi.APICreateCredentialsRequest;
import dev.plimsoll.client.api.CredentialsApi.APIUpdateCredentialsRequest;
import dev.plimsoll.client.api.FailoverApi;
import dev.plimsoll.client.api.FailoverApi.APIFailoverLoadBalancerRequest;
import dev.plimsoll.client.api.ForwardingRulesApi;
import dev.plimsoll.client.api.ForwardingRulesApi.APICreateForwardingRuleRequest;
import dev.plimsoll.client.api.ForwardingRulesApi.APIDeleteForwardingRuleRequest;
import dev.plimsoll.client.api.ForwardingRulesApi.APIUpdateForwardingRuleRequest;
import dev.plimsoll.client.api.HealthApi;
import dev.plimsoll.client.api.HealthApi.APIExplainTargetRequest;
import dev.plimsoll.client.api.HealthApi.APIGetLoadBalancerHealthRequest;
import dev.plimsoll.client.api.LoadBalancersApi;
import dev.plimsoll.client.api.LoadBalancersApi.APICreateLoadBalancerRequest;
import dev.plimsoll.client.api.LoadBalancersApi.APIDeleteLoadBalancerRequest;
import dev.plimsoll.client.api.LoadBalancersApi.APIGetLoadBalancerRequest;
import dev.plimsoll.client.api.LoadBalancersApi.APIUpdateLoadBalancerRequest;
import dev.plimsoll.client.api.StatusApi;
import dev.plimsoll.client.api.StatusApi.APIGetLoadBalancerStatusRequest;
import dev.plimsoll.client.api.TargetPoolsApi;
import dev.plimsoll.client.api.TargetPoolsApi.APIUpdateTargetPoolRequest;
import dev.plimsoll.client.model.ActiveHealthCheck;
import dev.plimsoll.client.model.AgentReport;
import dev.plimsoll.client.model.ClosedConnection;
import dev.plimsoll.client.model.CreateCredentialsPayload;
import dev.plimsoll.client.model.CreateForwardingRulePayload;
import dev.plimsoll.client.model.CreateLoadBalancerPayload;
import dev.plimsoll.client.model.FailoverOrder;
import dev.plimsoll.client.model.FailoverReport;
import dev.plimsoll.client.model.ForwardingRule;
import dev.plimsoll.client.model.HealthReport;
import dev.plimsoll.client.model.ListConnectionsResponse;
import dev.plimsoll.client.model.Listener;
import dev.plimsoll.client.model.LoadBalancer;
import dev.plimsoll.client.model.LoadBalancerOptions;
import dev.plimsoll.client.model.LoadBalancerStatusReport;
import dev.plimsoll.client.model.Network;
import dev.plimsoll.client.model.Target;
import dev.plimsoll.client.model.TargetExplanation;
import dev.plimsoll.client.model.TargetPool;
import dev.plimsoll.client.model.UpdateCredentialsPayload;
import dev.plimsoll.client.model.UpdateForwardingRulePayload;
import dev.plimsoll.client.model.UpdateLoadBalancerPayload;
import dev.plimsoll.client.model.UpdateTargetPoolPayload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A user of the first project, with the client that anyone can generate from the contract. */
final class Tenant {
    static final int LISTENER_PORT = 8800;

    private final LoadBalancersApi loadBalancers;
    private final ForwardingRulesApi forwardingRules;
    private final TargetPoolsApi targetPools;
    private final StatusApi statuses;
    private final HealthApi health;
    private final ConnectionsApi connections;
    private final FailoverApi failovers;
    private final CredentialsApi credentials;
    private final String project;
    private final String region;
    private final UUID network;

    Tenant(Installation installation) throws IOException {
        var client = installation.client("adminToken");
        this.loadBalancers = new LoadBalancersApi(client);
        this.forwardingRules = new ForwardingRulesApi(client);
        this.targetPools = new TargetPoolsApi(client);
        this.statuses = new StatusApi(client);
        this.health = new HealthApi(client);
        this.connections = new ConnectionsApi(client);
        this.failovers = new FailoverApi(client);
        this.credentials = new CredentialsApi(client);
        this.project = installation.credential("projectId");
        this.region = installation.credential("region");
        this.network = UUID.fromString(installation.credential("networkId"));
    }

    /** Orders a load balancer with one TCP listener on an ephemeral address; does not wait. */
    LoadBalancer order(String name, HelloTarget... targets) throws ApiException {
        return order(
                new CreateLoadBalancerPayload()
                        .options(new LoadBalancerOptions().ephemeralAddress(true)),
                name,
                targets);
    }

    /** Likewise on the address given. */
    LoadBalancer orderAt(String address, String name, HelloTarget... targets) throws ApiException {
        return order(new CreateLoadBalancerPayload().externalAddress(address), name, targets);
    }

    /** In front of targets that nobody looks for; with labels, which can ask for a fault. */
    LoadBalancer orderSimulated(String name, Map<String, String> labels) throws ApiException {
        return order(
                new CreateLoadBalancerPayload()
                        .options(new LoadBalancerOptions().ephemeralAddress(true))
                        .labels(labels),
                name,
                8080,
                List.of(new Target().ip("10.0.0.11")));
    }

    /** The order as it is, with other labels. */
    LoadBalancer label(String name, Map<String, String> labels) throws ApiException {
        var present = get(name);
        return loadBalancers.updateLoadBalancer(
                APIUpdateLoadBalancerRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .updateLoadBalancerPayload(
                                new UpdateLoadBalancerPayload()
                                        .version(present.getVersion())
                                        .listeners(present.getListeners())
                                        .targetPools(present.getTargetPools())
                                        .options(present.getOptions())
                                        .labels(labels))
                        .build());
    }

    String project() {
        return project;
    }

    String region() {
        return region;
    }

    /** The reference of new credentials. */
    String addCredentials(String username, String password) throws ApiException {
        return credentials
                .createCredentials(
                        APICreateCredentialsRequest.newBuilder()
                                .projectId(project)
                                .region(region)
                                .createCredentialsPayload(
                                        new CreateCredentialsPayload()
                                                .displayName("pushes")
                                                .username(username)
                                                .password(password))
                                .build())
                .getCredential()
                .getCredentialsRef();
    }

    void changePassword(String credentialsRef, String password) throws ApiException {
        credentials.updateCredentials(
                APIUpdateCredentialsRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .credentialsRef(credentialsRef)
                        .updateCredentialsPayload(new UpdateCredentialsPayload().password(password))
                        .build());
    }

    /** With one TCP listener. */
    LoadBalancer order(CreateLoadBalancerPayload payload, String name, HelloTarget... targets)
            throws ApiException {
        return order(payload, name, targets[0].port(), addresses(targets));
    }

    private LoadBalancer order(
            CreateLoadBalancerPayload payload, String name, int targetPort, List<Target> targets)
            throws ApiException {
        payload.name(name)
                .addListenersItem(
                        new Listener()
                                .port(LISTENER_PORT)
                                .protocol(Listener.ProtocolEnum.PROTOCOL_TCP)
                                .targetPool("hello"))
                .addTargetPoolsItem(
                        new TargetPool()
                                .name("hello")
                                .targetPort(targetPort)
                                .activeHealthCheck(quickHealthCheck())
                                .targets(targets));
        return order(payload);
    }

    /** Orders what the payload says, in the first project's network. */
    LoadBalancer order(CreateLoadBalancerPayload payload) throws ApiException {
        payload.addNetworksItem(
                new Network().networkId(network).role(Network.RoleEnum.ROLE_LISTENERS_AND_TARGETS));
        return loadBalancers.createLoadBalancer(
                APICreateLoadBalancerRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .createLoadBalancerPayload(payload)
                        .build());
    }

    /** Orders, and waits for READY. */
    LoadBalancer ready(String name, HelloTarget... targets) throws ApiException {
        order(name, targets);
        return awaitReady(name);
    }

    LoadBalancer awaitReady(String name) {
        await(name + " is READY")
                .atMost(Installation.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> get(name).getStatus() == LoadBalancer.StatusEnum.STATUS_READY);
        return get(name);
    }

    LoadBalancer get(String name) {
        try {
            return loadBalancers.getLoadBalancer(named(name));
        } catch (ApiException e) {
            throw new AssertionError("GET " + name + ": " + e.getResponseBody(), e);
        }
    }

    boolean exists(String name) throws ApiException {
        try {
            loadBalancers.getLoadBalancer(named(name));
            return true;
        } catch (ApiException e) {
            assertThat(e.getCode()).as(e.getResponseBody()).isEqualTo(404);
            return false;
        }
    }

    /** Waits for the active agent's acknowledgement, as every PUT does. */
    TargetPool replaceTargets(String name, HelloTarget... targets) throws ApiException {
        return replacePool(
                name,
                "hello",
                new UpdateTargetPoolPayload()
                        .targetPort(targets[0].port())
                        .activeHealthCheck(quickHealthCheck())
                        .targets(addresses(targets)));
    }

    TargetPool replacePool(String name, String poolName, UpdateTargetPoolPayload pool)
            throws ApiException {
        return targetPools.updateTargetPool(
                APIUpdateTargetPoolRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .targetPoolName(poolName)
                        .updateTargetPoolPayload(pool)
                        .prefer("wait=10")
                        .build());
    }

    ForwardingRule addRule(String name, CreateForwardingRulePayload rule) throws ApiException {
        return forwardingRules.createForwardingRule(
                APICreateForwardingRuleRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .createForwardingRulePayload(rule)
                        .prefer("wait=10")
                        .build());
    }

    ForwardingRule replaceRule(String name, String ruleName, UpdateForwardingRulePayload rule)
            throws ApiException {
        return forwardingRules.updateForwardingRule(
                APIUpdateForwardingRuleRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .ruleName(ruleName)
                        .updateForwardingRulePayload(rule)
                        .prefer("wait=10")
                        .build());
    }

    void deleteRule(String name, String ruleName) throws ApiException {
        forwardingRules.deleteForwardingRule(
                APIDeleteForwardingRuleRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .ruleName(ruleName)
                        .prefer("wait=10")
                        .build());
    }

    void delete(String name) throws ApiException {
        loadBalancers.deleteLoadBalancer(
                APIDeleteLoadBalancerRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .build());
    }

    /** Deletes, and waits until nothing is left to be seen. */
    void deleteAndWait(String name) throws ApiException {
        delete(name);
        await(name + " is gone").atMost(Installation.PATIENCE).until(() -> !exists(name));
    }

    LoadBalancerStatusReport status(String name) throws ApiException {
        return statuses.getLoadBalancerStatus(
                APIGetLoadBalancerStatusRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .build());
    }

    HealthReport health(String name) throws ApiException {
        return health.getLoadBalancerHealth(
                APIGetLoadBalancerHealthRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .build());
    }

    TargetExplanation explain(String name, String ip) throws ApiException {
        return health.explainTarget(
                APIExplainTargetRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .ip(ip)
                        .build());
    }

    /**
     * One client's connections.
     *
     * @param state {@code open} or {@code closed}
     */
    ListConnectionsResponse connections(String name, String state, String client)
            throws ApiException {
        return connections.listConnections(
                APIListConnectionsRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .state(state)
                        .client(client)
                        .build());
    }

    ClosedConnection closeConnection(String name, UUID id) throws ApiException {
        return connections.closeConnection(
                APICloseConnectionRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .connectionId(id.toString())
                        .build());
    }

    /** Asks for a planned move; does not wait. */
    FailoverOrder failover(String name) throws ApiException {
        return failovers.failoverLoadBalancer(
                APIFailoverLoadBalancerRequest.newBuilder()
                        .projectId(project)
                        .region(region)
                        .name(name)
                        .build());
    }

    FailoverReport lastFailover(String name) throws ApiException {
        return status(name).getLastFailover();
    }

    /** Id of the machine whose agent the API names as active. */
    String activeMachine(String name) throws ApiException {
        return status(name).getAgents().stream()
                .filter(agent -> agent.getRole() == AgentReport.RoleEnum.ACTIVE)
                .map(agent -> agent.getMachineId().toString())
                .findFirst()
                .orElse("none");
    }

    Set<String> rolesOfConnectedAgents(String name) throws ApiException {
        return status(name).getAgents().stream()
                .filter(AgentReport::getConnected)
                .map(AgentReport::getRole)
                .filter(Objects::nonNull)
                .map(AgentReport.RoleEnum::getValue)
                .collect(Collectors.toSet());
    }

    private APIGetLoadBalancerRequest named(String name) {
        return APIGetLoadBalancerRequest.newBuilder()
                .projectId(project)
                .region(region)
                .name(name)
                .build();
    }

    static ActiveHealthCheck quickHealthCheck() {
        return new ActiveHealthCheck().interval("0.2s").timeout("1s").unhealthyThreshold(2);
    }

    private static List<Target> addresses(HelloTarget... targets) {
        return Stream.of(targets).map(t -> new Target().ip(t.address())).toList();
    }
}
