package dev.plimsoll.provisioner.ca;

import dev.plimsoll.provisioner.machine.MachineId;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/** Whom an agent's certificate names. */
public record AgentIdentity(MachineId machine, long incarnation) {
    private static final String SERIAL_NUMBER_OID = "2.5.4.5";

    /** Empty for a certificate that this CA did not make for an agent. */
    public static Optional<AgentIdentity> of(X509Certificate certificate) {
        try {
            var name =
                    new LdapName(
                            certificate
                                    .getSubjectX500Principal()
                                    .getName("RFC2253", Map.of(SERIAL_NUMBER_OID, "serialNumber")));
            return Optional.of(
                    new AgentIdentity(
                            new MachineId(UUID.fromString(attribute(name, "CN"))),
                            Long.parseLong(attribute(name, "serialNumber"))));
        } catch (InvalidNameException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String attribute(LdapName name, String type) {
        return name.getRdns().stream()
                .filter(rdn -> rdn.getType().equalsIgnoreCase(type))
                .filter(rdn -> rdn.getValue() instanceof String)
                .map(rdn -> (String) rdn.getValue())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + type));
    }
}
