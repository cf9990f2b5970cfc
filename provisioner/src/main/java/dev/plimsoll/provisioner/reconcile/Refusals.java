package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.reconcile.Observed.Refused;

/** What an agent's refusal means for the tenant. */
final class Refusals {
    private static final String INTERNAL = "TYPE_INTERNAL";
    private static final String PORT = "TYPE_PORT_NOT_CONFIGURED";

    private Refusals() {}

    static StepResult.Impossible explain(Refused refused) {
        return switch (refused.code()) {
            case ADDRESS_IN_USE ->
                    new StepResult.Impossible(
                            PORT,
                            "An address and port of the load balancer are in use on this machine: "
                                    + where(refused));
            case ADDRESS_NOT_AVAILABLE ->
                    new StepResult.Impossible(
                            Plan.ADDRESS_TAKEN,
                            "An address of the load balancer cannot be used on its machines: "
                                    + where(refused));
            case PORT_NOT_PERMITTED ->
                    new StepResult.Impossible(
                            PORT,
                            "The agent may not listen on this port: "
                                    + where(refused)
                                    + " Allow it by lowering the sysctl"
                                    + " net.ipv4.ip_unprivileged_port_start, or by giving the"
                                    + " agent's java CAP_NET_BIND_SERVICE.");
            case INVALID, UNSUPPORTED, STALE ->
                    new StepResult.Impossible(
                            INTERNAL, "The agent refused the configuration: " + where(refused));
        };
    }

    private static String where(Refused refused) {
        var detail = refused.detail().strip();
        return detail + (detail.endsWith(".") ? "" : ".");
    }
}
