package dev.plimsoll.api.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminQuotasTest extends ApiTest {
    private ApiClient operator;
    private String quota;

    @BeforeEach
    void operator() {
        operator = with(project.operatorToken());
        quota = "/admin/v1/projects/" + project.projectId() + "/quotas/eu01";
    }

    @Test
    void limitsHoldFromTheNextOrderOn() {
        api.create(Payload.onPrivateAddress("a")).isOk();
        api.create(Payload.onPrivateAddress("b")).isOk();
        assertThat(operator.get(quota).isOk().json().path("ownLimits").asBoolean()).isFalse();

        var limited = operator.put(quota, limits(1, 3)).isOk().json();

        assertThat(limited.path("ownLimits").asBoolean()).isTrue();
        assertThat(limited.path("usedLoadBalancers").asInt()).isEqualTo(2);
        assertThat(api.get("quota").json().path("maxLoadBalancers").asInt()).isEqualTo(1);
        assertThat(api.get("quota").json().path("maxCredentials").asInt()).isEqualTo(3);
        api.create(Payload.onPrivateAddress("c")).isProblem(429, 8);
        api.get("load-balancers/b").isOk();
        operator.put(quota, limits(-1, -1)).isOk();
        api.create(Payload.onPrivateAddress("c")).isOk();
    }

    @Test
    void resetBringsTheDefaultsBack() {
        operator.put(quota, limits(0, 0)).isOk();
        api.create(Payload.onPrivateAddress("a")).isProblem(429, 8);

        operator.delete(quota).isOk();

        assertThat(operator.get(quota).json().path("ownLimits").asBoolean()).isFalse();
        api.create(Payload.onPrivateAddress("a")).isOk();
    }

    @Test
    void wrongLimitsAreNamed() {
        operator.put(quota, "{}").blames("/maxLoadBalancers");
        operator.put(quota, limits(-2, 1)).blames("/maxLoadBalancers");
        operator.put(quota, limits(1, 1_000_001)).blames("/maxCredentials");
        operator.put(quota, "{\"maxLoadBalancers\":1.5,\"maxCredentials\":1}")
                .blames("/maxLoadBalancers");
    }

    @Test
    void unknownProjectsAndRegionsAreNotFound() {
        var unknown = "/admin/v1/projects/" + UUID.randomUUID() + "/quotas/eu01";
        operator.get(unknown).isProblem(404, 5);
        operator.put(unknown, limits(1, 1)).isProblem(404, 5);
        operator.delete(unknown).isProblem(404, 5);
        operator.put(quota.replace("eu01", "xx99"), limits(1, 1)).isProblem(404, 5);
        operator.get(quota.replace("eu01", "xx99")).isProblem(404, 5);
    }

    private static String limits(int loadBalancers, int credentials) {
        return "{\"maxLoadBalancers\":%d,\"maxCredentials\":%d}"
                .formatted(loadBalancers, credentials);
    }
}
