package dev.plimsoll.provisioner.ca;

import dev.plimsoll.agent.protocol.Authorities;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Those whose certificates count, at one moment.
 *
 * @param change the version of the whole; a later one has a higher number
 * @param issuing the one that certifies now
 */
public record TrustedAuthorities(
        long change, Map<UUID, X509Certificate> certificates, UUID issuing) {

    public TrustedAuthorities {
        certificates = Map.copyOf(certificates);
        if (!certificates.containsKey(issuing)) {
            throw new IllegalArgumentException("nobody issues");
        }
    }

    public List<UUID> ids() {
        return certificates.keySet().stream().sorted().toList();
    }

    /** One after the other, always in the same order. */
    public String pem() {
        return certificates.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(one -> Pem.of(one.getValue()))
                .collect(Collectors.joining());
    }

    /** As agents are told. */
    public Authorities told() {
        return new Authorities(
                change, pem(), Pem.sha256(Objects.requireNonNull(certificates.get(issuing))));
    }
}
