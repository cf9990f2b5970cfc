package dev.plimsoll.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.push.Sealing;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Credentials that nobody can push with are an error of the order; whoever does not answer is not.
 */
class PushCheckTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String REF = "credentials-12345";

    @TempDir Path folder;

    @Test
    void orderIsWrongWhileItsCredentialsAreMissingOrCannotBeOpened() throws Exception {
        try (var ground = new Ground();
                var _ = new TestProvisioner(ground, folder)) {
            var id =
                    ground.order(
                            "web",
                            Orders.ephemeral(80, "127.0.0.1")
                                    .replace(
                                            "\"ephemeralAddress\": true",
                                            """
                                            "ephemeralAddress": true, "observability": {"logs":
                                            {"credentialsRef": "credentials-12345",
                                             "pushUrl": "https://nobody.invalid/"}}
                                            """));
            awaitFeasible(ground, id, "FALSE TYPE_LOGS_MISCONFIGURED");
            assertThat(ground.isReady(id)).isFalse();

            Sealing.addCredential(ground, id, REF, "secret", folder.resolve("key"));
            ground.ask("select 1 from enqueue_work(:id, 'TEST')", id, Integer.class);
            awaitFeasible(ground, id, "TRUE FEASIBLE");
            await().atMost(LIMIT).until(() -> ground.isReady(id));

            ground.sql().sql("update credential set password_sealed = 'altered'").update();
            ground.ask("select 1 from enqueue_work(:id, 'TEST')", id, Integer.class);
            awaitFeasible(ground, id, "FALSE TYPE_LOGS_MISCONFIGURED");
        }
    }

    private static void awaitFeasible(Ground ground, LoadBalancerId id, String condition) {
        await().atMost(LIMIT).until(() -> ground.condition(id, "FEASIBLE").equals(condition));
    }
}
