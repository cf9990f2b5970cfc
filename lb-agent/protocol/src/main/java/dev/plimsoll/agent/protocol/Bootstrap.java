package dev.plimsoll.agent.protocol;

import java.util.UUID;

/**
 * The file {@value #FILE} in a machine's folder, written by the machine driver before it starts the
 * agent and readable by the agent's user alone. The gateway's address is read anew at each dial, so
 * that a driver can change it.
 *
 * @param caCertificatePem the only authority that the agent trusts for its gateway
 * @param enrolmentToken spent at the first enrolment
 * @param activeLockFile whoever holds the exclusive lock on this file is the active agent of the
 *     load balancer
 */
public record Bootstrap(
        UUID machineId,
        long incarnation,
        UUID loadBalancerId,
        String gatewayHost,
        int gatewayPort,
        String caCertificatePem,
        String enrolmentToken,
        String activeLockFile) {

    public static final String FILE = "bootstrap.json";

    @Override
    public String toString() {
        return "Bootstrap[machineId=" + machineId + ", incarnation=" + incarnation + "]";
    }
}
