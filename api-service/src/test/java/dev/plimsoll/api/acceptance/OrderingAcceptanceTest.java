package dev.plimsoll.api.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients rely on when they order a load balancer. */
class OrderingAcceptanceTest extends ApiTest {

    @Test
    void orderIsAnsweredAtOnceWithWhatIsKnownAndNothingElse() {
        var answer = api.create(Payload.onStaticAddress("web")).isOk();
        var created = answer.json();
        assertThat(answer.string("/status")).isIn("STATUS_PENDING", "STATUS_READY");
        assertThat(answer.version()).isNotEmpty();
        assertThat(answer.string("/planId")).isEqualTo("p10");
        assertThat(answer.string("/region")).isEqualTo("eu01");
        assertThat(answer.string("/listeners/0/name")).isEqualTo("tcp-80");
        assertThat(answer.string("/listeners/0/displayName")).isEqualTo("tcp-80");
        assertThat(created.get("disableTargetSecurityGroupAssignment").asBoolean()).isFalse();
        assertThat(answer.string("/targetSecurityGroup/id")).isNotEmpty();
        assertThat(answer.string("/loadBalancerSecurityGroup/id")).isNotEmpty();
        assertThat(created.has("errors")).isFalse();
        assertThat(created.has("labels")).isFalse();
        assertThat(created.at("/targetPools/0").has("activeHealthCheck")).isFalse();
        assertThat(created.at("/listeners/0").has("tcp")).isFalse();
    }

    @Test
    void readyLoadBalancerHasItsAddressesAndTheVersionOfTheOrder() {
        var created = api.create(Payload.onStaticAddress("web")).isOk();
        var id = world.id(project.projectId(), "web");
        world.hasAddress(id, "PRIVATE", "10.0.0.7");
        world.serves(id);
        var ready = api.get("load-balancers/web").isOk();
        assertThat(ready.string("/status")).isEqualTo("STATUS_READY");
        assertThat(ready.version()).isEqualTo(created.version());
        assertThat(ready.string("/externalAddress")).isEqualTo("192.0.2.5");
        assertThat(ready.string("/privateAddress")).isEqualTo("10.0.0.7");
    }

    @Test
    void nameCanBeTakenOnce() {
        api.create(Payload.onStaticAddress("web")).isOk();
        api.create(Payload.onStaticAddress("web")).isProblem(409, 6);
    }

    @Test
    void orderHasNoVersion() {
        api.create(Payload.onStaticAddress("x").at("lb-1")).blames("/version");
        api.create(Payload.onStaticAddress("x").at("")).isOk();
    }

    @Test
    void unknownNameIsNotFound() {
        api.get("load-balancers/nope").isProblem(404, 5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a-",
                "Web",
                "a234567890123456789012345678901234567890123456789012345678901234"
            })
    void nameThatIsNoLabelIsRefused(String name) {
        api.create(Payload.onStaticAddress(name)).blames("/name");
    }

    @Test
    void longestAndOddestNamesAreTaken() {
        api.create(Payload.onStaticAddress("a".repeat(63))).isOk();
        api.create(Payload.onStaticAddress("0a")).isOk();
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, false",
        "true, true, false",
        "true, false, true",
        "false, true, true",
        "true, true, true"
    })
    void loadBalancerIsReachedInExactlyOneWay(
            boolean external, boolean ephemeral, boolean privateOnly) {
        var options =
                "{\"ephemeralAddress\":%s,\"privateNetworkOnly\":%s}"
                        .formatted(ephemeral, privateOnly);
        var payload = Payload.onNoAddress("x").with("/options", options);
        api.create(external ? payload.with("/externalAddress", "\"192.0.2.5\"") : payload)
                .isProblem(400, 3);
    }

    @Test
    void ephemeralAddressIsShownWithTheMarkThatItIsOne() {
        api.create(Payload.onEphemeralAddress("e")).isOk();
        world.hasAddress(world.id(project.projectId(), "e"), "EPHEMERAL", "203.0.113.9");
        var read = api.get("load-balancers/e").isOk();
        assertThat(read.string("/externalAddress")).isEqualTo("203.0.113.9");
        assertThat(read.json().at("/options/ephemeralAddress").asBoolean()).isTrue();
    }

    @Test
    void privateLoadBalancerHasNoExternalAddressAtAll() {
        api.create(Payload.onPrivateAddress("p")).isOk();
        world.hasAddress(world.id(project.projectId(), "p"), "PRIVATE", "10.0.0.8");
        var read = api.get("load-balancers/p").isOk();
        assertThat(read.json().has("externalAddress")).isFalse();
        assertThat(read.string("/privateAddress")).isEqualTo("10.0.0.8");
    }
}
