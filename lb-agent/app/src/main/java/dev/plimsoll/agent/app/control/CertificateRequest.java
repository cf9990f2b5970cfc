package dev.plimsoll.agent.app.control;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;

/**
 * A PKCS#10 certification request (RFC 2986) in DER, for a P-256 key and a common name. Written by
 * hand because the library that does it costs an agent a tenth of a second at start and 9 MB.
 */
final class CertificateRequest {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0c;
    private static final int BIT_STRING = 0x03;
    private static final int ATTRIBUTES = 0xa0;
    private static final byte[] VERSION_1 = {0x02, 0x01, 0x00};

    /** 2.5.4.3, RFC 4519. */
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

    /** 1.2.840.10045.4.3.2, RFC 5758. */
    private static final byte[] ECDSA_WITH_SHA256 = {
        0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
    };

    private CertificateRequest() {}

    static byte[] of(String commonName, KeyPair keys) throws GeneralSecurityException {
        var name =
                value(
                        SEQUENCE,
                        value(OBJECT_IDENTIFIER, COMMON_NAME),
                        value(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8)));
        var information =
                value(
                        SEQUENCE,
                        VERSION_1,
                        value(SEQUENCE, value(SET, name)),
                        keys.getPublic().getEncoded(),
                        value(ATTRIBUTES));
        var signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(information);
        return value(
                SEQUENCE,
                information,
                value(SEQUENCE, value(OBJECT_IDENTIFIER, ECDSA_WITH_SHA256)),
                value(BIT_STRING, new byte[] {0}, signer.sign()));
    }

    /** Tag, length and content (X.690, 8.1); lengths up to 65,535. */
    private static byte[] value(int tag, byte[]... parts) {
        int length = 0;
        for (var part : parts) {
            length += part.length;
        }
        var out = new ByteArrayOutputStream(length + 4);
        out.write(tag);
        if (length > 0xff) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length > 0x7f) {
            out.write(0x81);
        }
        out.write(length);
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
