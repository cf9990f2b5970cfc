package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be made to go wrong: one for each of the API's errors[].type. Its word, as in {@code
 * fip-not-found}, is what labels, names and the configuration call it by.
 */
public enum Fault {
    INTERNAL("Something went wrong inside."),
    QUOTA_SECGROUP_EXCEEDED("The quota of security groups is used up."),
    QUOTA_SECGROUPRULE_EXCEEDED("The quota of security group rules is used up."),
    PORT_NOT_CONFIGURED("No right to listen on the port.", Refusal.PORT_NOT_PERMITTED),
    FIP_NOT_CONFIGURED("The address is not available.", Refusal.ADDRESS_NOT_AVAILABLE),
    TARGET_NOT_ACTIVE("A target is not a running server of the network."),
    METRICS_MISCONFIGURED("The metrics' credentials were not accepted."),
    LOGS_MISCONFIGURED("The logs' credentials were not accepted."),
    FIP_NOT_FOUND("The floating IP could not be found."),
    IP_EXHAUSTED("The network has no free address."),
    DNS_NOT_CONFIGURED("The network has no DNS server."),
    VM_PORT_NOT_CONFIGURED("The network port of a machine could not be set up.");

    private final String text;
    private final @Nullable Refusal refusal;

    Fault(String text) {
        this(text, null);
    }

    Fault(String text, @Nullable Refusal refusal) {
        this.text = text;
        this.refusal = refusal;
    }

    static Optional<Fault> of(String word) {
        return Arrays.stream(values()).filter(fault -> fault.word().equals(word)).findFirst();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String errorType() {
        return "TYPE_" + name();
    }

    String text() {
        return text + " (simulated)";
    }

    /** With what an agent refuses its configuration; empty where the infrastructure objects. */
    Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }
}
