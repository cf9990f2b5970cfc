package dev.plimsoll.agent.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Read back by an implementation that is not ours. */
class CertificateRequestTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 36, 100, 200, 300})
    void aStrangerReadsTheNameAndTheKeyAndFindsTheSignatureGood(int nameLength) throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var keys = generator.generateKeyPair();
        var name = "m".repeat(nameLength);

        var request = new PKCS10CertificationRequest(CertificateRequest.of(name, keys));

        assertThat(request.getSubject().toString()).isEqualTo("CN=" + name);
        assertThat(request.getSubjectPublicKeyInfo())
                .isEqualTo(SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
        assertThat(
                        request.isSignatureValid(
                                new JcaContentVerifierProviderBuilder().build(keys.getPublic())))
                .isTrue();
    }
}
