package dev.plimsoll.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plimsoll.client.ApiClient;
import dev.plimsoll.client.ApiException;
import dev.plimsoll.client.api.LoadBalancersApi;
import dev.plimsoll.client.api.LoadBalancersApi.APICreateLoadBalancerRequest;
import dev.plimsoll.client.api.LoadBalancersApi.APIDeleteLoadBalancerRequest;
import dev.plimsoll.client.api.LoadBalancersApi.APIGetLoadBalancerRequest;
import dev.plimsoll.client.api.LoadBalancersApi.APIListLoadBalancersRequest;
import dev.plimsoll.client.api.LoadBalancersApi.APIUpdateLoadBalancerRequest;
import dev.plimsoll.client.api.TargetPoolsApi;
import dev.plimsoll.client.api.TargetPoolsApi.APIUpdateTargetPoolRequest;
import dev.plimsoll.client.model.CreateLoadBalancerPayload;
import dev.plimsoll.client.model.Listener;
import dev.plimsoll.client.model.LoadBalancer;
import dev.plimsoll.client.model.Network;
import dev.plimsoll.client.model.Problem;
import dev.plimsoll.client.model.Target;
import dev.plimsoll.client.model.TargetPool;
import dev.plimsoll.client.model.UpdateLoadBalancerPayload;
import dev.plimsoll.client.model.UpdateTargetPoolPayload;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The flow of the other languages' folders, with the generated Java client. */
final class JavaFlow {
    private static final String REGION = "eu01";
    private static final String NAME = "generated-java";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String project;
    private final LoadBalancersApi api;
    private final TargetPoolsApi pools;

    JavaFlow(Installation installation) {
        var bearer = "Bearer " + installation.token();
        var client = new ApiClient();
        client.updateBaseUri(installation.url());
        client.setRequestInterceptor(request -> request.header("Authorization", bearer));
        project = installation.project();
        api = new LoadBalancersApi(client);
        pools = new TargetPoolsApi(client);
    }

    void run() throws Exception {
        assertThat(create().getStatus()).isEqualTo(LoadBalancer.StatusEnum.STATUS_READY);

        var answer = api.getLoadBalancerWithHttpInfo(named());
        var found = answer.getData();
        assertThat(answer.getHeaders().get("ETag")).containsExactly('"' + found.getVersion() + '"');
        assertThat(list()).extracting(LoadBalancer::getName).containsExactly(NAME);

        var change = change(found);
        assertThat(put(change).getPlanId()).isEqualTo("p50");
        var pool = new UpdateTargetPoolPayload().targetPort(9090).addTargetsItem(target());
        assertThat(put(pool).getTargetPort()).isEqualTo(9090);

        var stale = problem(() -> put(change));
        assertThat(stale.getCode()).isEqualTo(10);
        assertThat(stale.getType()).isEqualTo("/problems/stale-version");

        api.deleteLoadBalancer(
                APIDeleteLoadBalancerRequest.newBuilder()
                        .projectId(project)
                        .region(REGION)
                        .name(NAME)
                        .build());
        await().atMost(PATIENCE).until(this::isGone);
        assertThat(problem(() -> api.getLoadBalancer(named())).getMessage())
                .isEqualTo("load balancer not found");
    }

    private LoadBalancer create() throws ApiException {
        return api.createLoadBalancer(
                APICreateLoadBalancerRequest.newBuilder()
                        .projectId(project)
                        .region(REGION)
                        .createLoadBalancerPayload(payload())
                        .prefer("wait=30")
                        .build());
    }

    private List<LoadBalancer> list() throws ApiException {
        return api.listLoadBalancers(
                        APIListLoadBalancersRequest.newBuilder()
                                .projectId(project)
                                .region(REGION)
                                .build())
                .getLoadBalancers();
    }

    private LoadBalancer put(UpdateLoadBalancerPayload change) throws ApiException {
        return api.updateLoadBalancer(
                APIUpdateLoadBalancerRequest.newBuilder()
                        .projectId(project)
                        .region(REGION)
                        .name(NAME)
                        .updateLoadBalancerPayload(change)
                        .build());
    }

    private TargetPool put(UpdateTargetPoolPayload change) throws ApiException {
        return pools.updateTargetPool(
                APIUpdateTargetPoolRequest.newBuilder()
                        .projectId(project)
                        .region(REGION)
                        .name(NAME)
                        .targetPoolName("web")
                        .updateTargetPoolPayload(change)
                        .build());
    }

    private APIGetLoadBalancerRequest named() {
        return APIGetLoadBalancerRequest.newBuilder()
                .projectId(project)
                .region(REGION)
                .name(NAME)
                .build();
    }

    private boolean isGone() throws ApiException {
        try {
            return api.getLoadBalancer(named()) == null;
        } catch (ApiException e) {
            return e.getCode() == 404;
        }
    }

    private static Problem problem(ThrowingCallable refused) throws Exception {
        var failure = catchThrowableOfType(ApiException.class, refused);
        return new ObjectMapper().readValue(failure.getResponseBody(), Problem.class);
    }

    private static CreateLoadBalancerPayload payload() {
        var network =
                new Network()
                        .networkId(UUID.fromString("2028e5d4-af4f-45e2-98df-502be37a4317"))
                        .role(Network.RoleEnum.ROLE_LISTENERS_AND_TARGETS);
        var listener =
                new Listener()
                        .port(8000)
                        .protocol(Listener.ProtocolEnum.PROTOCOL_TCP)
                        .targetPool("web");
        return new CreateLoadBalancerPayload()
                .name(NAME)
                .externalAddress("127.0.0.244")
                .networks(List.of(network))
                .listeners(List.of(listener))
                .targetPools(
                        List.of(
                                new TargetPool()
                                        .name("web")
                                        .targetPort(9080)
                                        .targets(List.of(target()))));
    }

    private static UpdateLoadBalancerPayload change(LoadBalancer found) {
        return new UpdateLoadBalancerPayload()
                .version(found.getVersion())
                .externalAddress(found.getExternalAddress())
                .listeners(found.getListeners())
                .targetPools(found.getTargetPools())
                .planId("p50");
    }

    private static Target target() {
        return new Target().ip("127.0.0.11");
    }
}
