package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.VipOwnership;
import dev.plimsoll.provisioner.ca.AgentIdentity;
import dev.plimsoll.provisioner.ca.Enrolments;
import dev.plimsoll.provisioner.machine.Bootstraps;
import dev.plimsoll.provisioner.machine.MachineSpec;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Points machines to the gateways. A machine that has enrolled keeps its spent token. */
public final class GatewayBootstraps implements Bootstraps {
    private final Enrolments enrolments;
    private final Supplier<Gateway.Endpoint> endpoint;

    public GatewayBootstraps(Enrolments enrolments, Supplier<Gateway.Endpoint> endpoint) {
        this.enrolments = enrolments;
        this.endpoint = endpoint;
    }

    @Override
    public Bootstrap bootstrap(
            MachineSpec machine, VipOwnership vip, int adminPort, @Nullable Bootstrap present) {
        var gateway = endpoint.get();
        return new Bootstrap(
                machine.id().value(),
                machine.incarnation(),
                machine.loadBalancer().value(),
                gateway.all(),
                gateway.caCertificatePem(),
                token(machine, present),
                vip,
                adminPort);
    }

    private String token(MachineSpec machine, @Nullable Bootstrap present) {
        var identity = new AgentIdentity(machine.id(), machine.incarnation());
        if (present != null
                && (enrolments.isEnrolled(identity)
                        || enrolments.isSpendable(present.enrolmentToken()))) {
            return present.enrolmentToken();
        }
        return enrolments.newToken(identity);
    }
}
