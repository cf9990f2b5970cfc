package dev.plimsoll.agent.protocol;

import java.util.List;
import java.util.UUID;

/**
 * The file {@value #FILE} in a machine's folder, written by the machine driver before it starts the
 * agent and readable by the agent's user alone. Gateways, authorities and token are read anew at
 * each dial, so that a driver can change them; everything else is for the agent's whole life.
 *
 * @param gateways dialled in turn; any of them serves any agent
 * @param caCertificatePem the authorities that the agent trusts for its gateways, one after the
 *     other; until a gateway names others, and again once a driver has written others here
 * @param enrolmentToken spent at the first enrolment
 * @param adminPort of the agent's admin server on loopback; 0 for any
 */
public record Bootstrap(
        UUID machineId,
        long incarnation,
        UUID loadBalancerId,
        List<GatewayAddress> gateways,
        String caCertificatePem,
        String enrolmentToken,
        VipOwnership vip,
        int adminPort) {

    public static final String FILE = "bootstrap.json";

    /** Beside it, written by the agent: HOST:PORT of its admin server. */
    public static final String ADMIN_FILE = "agent.admin";

    public Bootstrap {
        gateways = List.copyOf(gateways);
        if (gateways.isEmpty()) {
            throw new IllegalArgumentException("A bootstrap names at least one gateway");
        }
        if (adminPort < 0 || adminPort > 65_535) {
            throw new IllegalArgumentException("not a port: " + adminPort);
        }
    }

    /** The same machine, told of other gateways. */
    public Bootstrap with(List<GatewayAddress> others) {
        return new Bootstrap(
                machineId,
                incarnation,
                loadBalancerId,
                others,
                caCertificatePem,
                enrolmentToken,
                vip,
                adminPort);
    }

    /** The same machine, trusting others. */
    public Bootstrap trusting(String otherCertificatesPem) {
        return new Bootstrap(
                machineId,
                incarnation,
                loadBalancerId,
                gateways,
                otherCertificatesPem,
                enrolmentToken,
                vip,
                adminPort);
    }

    @Override
    public String toString() {
        return "Bootstrap[machineId=" + machineId + ", incarnation=" + incarnation + "]";
    }
}
