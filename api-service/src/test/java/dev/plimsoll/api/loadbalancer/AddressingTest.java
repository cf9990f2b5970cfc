package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import org.junit.jupiter.api.Test;

class AddressingTest extends ApiTest {
    private static final String EPHEMERAL = "{\"ephemeralAddress\": true}";
    private static final String PRIVATE = "{\"privateNetworkOnly\": true}";
    private static final String ADDRESS = "\"203.0.113.9\"";

    @Test
    void exactlyOneKindIsNeeded() {
        var none = Payload.onNoAddress("lb");
        api.create(none).isProblem(400, 3);
        api.create(none.with("/externalAddress", "\"\"")).isProblem(400, 3);
        api.create(none.with("/options", "{\"ephemeralAddress\": false}")).isProblem(400, 3);
        api.create(none.with("/externalAddress", ADDRESS).with("/options", EPHEMERAL))
                .isProblem(400, 3);
        api.create(none.with("/externalAddress", ADDRESS).with("/options", PRIVATE))
                .isProblem(400, 3);
        api.create(
                        none.with(
                                "/options",
                                "{\"privateNetworkOnly\": true, \"ephemeralAddress\": true}"))
                .isProblem(400, 3);
        api.create(none.with("/externalAddress", "\"\"").with("/options", PRIVATE)).isOk();
    }

    @Test
    void ephemeralAddressCanBeKeptForGood() {
        var lb = ephemeral();
        var version = lb.version();
        put(Payload.onEphemeralAddress("lb").at(version)).isOk();
        put(Payload.onEphemeralAddress("lb").with("/externalAddress", ADDRESS).at(version))
                .blames("/options/ephemeralAddress");
        put(Payload.onNoAddress("lb").with("/externalAddress", "\"192.0.2.99\"").at(version))
                .blames("/externalAddress");
        put(Payload.onNoAddress("lb").at(version)).blames("/externalAddress");
        put(Payload.onPrivateAddress("lb").at(version)).blames("/options/privateNetworkOnly");

        var promoted =
                put(Payload.onNoAddress("lb").with("/externalAddress", ADDRESS).at(version)).isOk();
        assertThat(promoted.version()).isNotEqualTo(version);
        assertThat(promoted.string("/externalAddress")).isEqualTo("203.0.113.9");
        assertThat(promoted.json().has("options")).isFalse();
        put(Payload.onEphemeralAddress("lb").at(promoted.version()))
                .blames("/options/ephemeralAddress");
    }

    @Test
    void ephemeralAddressCannotBeKeptBeforeItIsKnown() {
        var version = api.create(Payload.onEphemeralAddress("lb")).isOk().version();
        put(Payload.onNoAddress("lb").with("/externalAddress", ADDRESS).at(version))
                .blames("/externalAddress");
    }

    @Test
    void staticAddressStays() {
        var version = api.create(Payload.onStaticAddress("lb")).isOk().version();
        put(Payload.onStaticAddress("lb").at(version)).isOk();
        put(Payload.onStaticAddress("lb").with("/externalAddress", ADDRESS).at(version))
                .blames("/externalAddress");
        put(Payload.onEphemeralAddress("lb").at(version)).blames("/options/ephemeralAddress");
        put(Payload.onPrivateAddress("lb").at(version)).blames("/options/privateNetworkOnly");
        put(Payload.onNoAddress("lb").at(version)).blames("/externalAddress");
        assertThat(api.get("load-balancers/lb").version()).isEqualTo(version);
    }

    @Test
    void privateStaysPrivate() {
        var version = api.create(Payload.onPrivateAddress("lb")).isOk().version();
        put(Payload.onPrivateAddress("lb").at(version)).isOk();
        put(Payload.onStaticAddress("lb").at(version)).blames("/options/privateNetworkOnly");
        put(Payload.onEphemeralAddress("lb").at(version)).blames("/options/privateNetworkOnly");
    }

    private Answer ephemeral() {
        api.create(Payload.onEphemeralAddress("lb")).isOk();
        world.hasAddress(world.id(project.projectId(), "lb"), "EPHEMERAL", "203.0.113.9");
        return api.get("load-balancers/lb").isOk();
    }

    private Answer put(Payload payload) {
        return api.put("load-balancers/lb", payload, "Prefer", "wait=0");
    }
}
