package dev.plimsoll.api.loadbalancer;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a difference is shown to people: certificates by their fingerprints, URLs without what may be
 * a secret in them. Two that differ only there have the same address and different fingerprints.
 */
final class Disclosure {
    private static final String CERTIFICATES = "customCa";
    private static final String URL = "pushUrl";

    private Disclosure() {}

    static Change of(Change change) {
        var member = change.path().substring(change.path().lastIndexOf('/') + 1);
        return new Change(change.path(), shown(member, change.from()), shown(member, change.to()));
    }

    private static @Nullable JsonNode shown(String member, @Nullable JsonNode value) {
        if (value == null) {
            return null;
        } else if (value.isString() && member.equals(CERTIFICATES)) {
            return text(fingerprints(value.asString()));
        } else if (value.isString() && member.equals(URL)) {
            return text(withoutSecrets(value.asString()));
        } else if (value.isContainer()) {
            return within(value);
        }
        return value;
    }

    private static JsonNode within(JsonNode value) {
        if (value instanceof ObjectNode object) {
            var copy = JsonNodeFactory.instance.objectNode();
            object.forEachEntry((member, it) -> copy.set(member, shown(member, it)));
            return copy;
        }
        var copy = JsonNodeFactory.instance.arrayNode();
        value.forEach(it -> copy.add(shown("", it)));
        return copy;
    }

    /** Of each certificate as {@code openssl x509 -outform der | sha256sum} has it. */
    private static String fingerprints(String base64) {
        try {
            var pem = Base64.getDecoder().decode(base64);
            var all = new ArrayList<String>();
            for (var certificate :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem))) {
                all.add(fingerprint(certificate.getEncoded()));
            }
            return String.join(" ", all);
        } catch (IllegalArgumentException | CertificateException _) {
            return fingerprint(base64.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private static String withoutSecrets(String url) {
        var address = URI.create(url);
        if (address.getRawUserInfo() == null
                && address.getRawQuery() == null
                && address.getRawFragment() == null) {
            return url;
        }
        var port = address.getPort() < 0 ? "" : ":" + address.getPort();
        return "%s://%s%s%s (%s)"
                .formatted(
                        address.getScheme(),
                        address.getHost(),
                        port,
                        address.getRawPath(),
                        fingerprint(url.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private static String fingerprint(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode text(String value) {
        return JsonNodeFactory.instance.stringNode(value);
    }
}
