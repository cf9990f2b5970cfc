package dev.plimsoll.provisioner.push;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What the API does with credentials. */
public final class Sealing {
    private Sealing() {}

    /** Format 1 of the API's sealed secrets. */
    static byte[] seal(Path keyFile, String password, UUID row) throws Exception {
        var key = Base64.getDecoder().decode(Files.readString(keyFile).strip());
        var id = Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key), 4);
        var header = ByteBuffer.allocate(5).put((byte) 1).put(id).array();
        var nonce = new byte[12];
        nonce[0] = 7;
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key, "AES"),
                new GCMParameterSpec(128, nonce));
        cipher.updateAAD(header);
        cipher.updateAAD(("credential.password:" + row).getBytes(StandardCharsets.UTF_8));
        var sealed = cipher.doFinal(password.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.allocate(17 + sealed.length).put(header).put(nonce).put(sealed).array();
    }

    /** Credentials of the load balancer's project, which its newest order names. */
    public static void addCredential(
            Ground ground, LoadBalancerId user, String ref, String password, Path keyFile)
            throws Exception {
        var id = UUID.randomUUID();
        ground.sql()
                .sql(
                        """
                        insert into credential (id, project_id, region_id, ref, display_name,
                            username, password_sealed)
                        select :id, project_id, region_id, :ref, 'pushes', 'me', :sealed
                        from load_balancer where id = :user
                        """)
                .param("id", id)
                .param("ref", ref)
                .param("sealed", seal(keyFile, password, id))
                .param("user", user.value())
                .update();
        ground.sql()
                .sql(
                        """
                        insert into credential_use (load_balancer_id, project_id, region_id, ref)
                        select id, project_id, region_id, :ref from load_balancer where id = :user
                        """)
                .param("ref", ref)
                .param("user", user.value())
                .update();
    }

    public static void changePassword(Ground ground, String ref, String password, Path keyFile)
            throws Exception {
        var id =
                ground.sql()
                        .sql("select id from credential where ref = :ref")
                        .param("ref", ref)
                        .query(UUID.class)
                        .single();
        ground.sql()
                .sql("update credential set password_sealed = :sealed where id = :id")
                .param("sealed", seal(keyFile, password, id))
                .param("id", id)
                .update();
    }
}
