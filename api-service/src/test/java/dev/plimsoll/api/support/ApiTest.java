package dev.plimsoll.api.support;

import dev.plimsoll.api.ApiService;
import dev.plimsoll.api.tenancy.FirstProject;
import dev.plimsoll.api.tenancy.Tenants;
import dev.plimsoll.db.EmbeddedDatabase;
import java.net.URI;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The whole service on a real database and a real port, with a project of its own for each test.
 */
@SpringBootTest(
        classes = {ApiService.class, CountedStatements.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.config.name=api-service",
            "management.server.port=0",
            "spring.datasource.hikari.maximum-pool-size=" + ApiTest.POOL,
            "spring.datasource.hikari.connection-timeout=1500",
            "plimsoll.api.leaving=0s",
            "plimsoll.api.oidc.timeout=500ms",
            "plimsoll.api.oidc.min-between-fetches=200ms",
            "plimsoll.api.events.heartbeat=200ms",
            "plimsoll.api.health.freshness=10s",
            "plimsoll.api.dry-run.patience=2s",
            "plimsoll.api.dry-run.proxy-patience=2s",
            "plimsoll.api.metrics.freshness=10s",
            "plimsoll.api.events.recheck=200ms",
            "plimsoll.api.events.max-streams-per-project=50",
            "plimsoll.api.events.max-streams=200",
            "plimsoll.api.auth.failures.burst=500",
            "plimsoll.api.auth.failures.per-minute=6000"
        })
public abstract class ApiTest {
    protected static final int POOL = 10;

    /** Trusted, but never there; tests may listen at the port. */
    protected static final int DEAD_ISSUER_PORT = TestIssuer.freePort();

    protected static final String DEAD_ISSUER = "http://127.0.0.1:" + DEAD_ISSUER_PORT;

    private static final EmbeddedDatabase DATABASE = EmbeddedDatabase.temporary();
    private static final Path SECRET_KEY = SecretKeyFile.temporary();

    @Autowired protected DataSource database;
    @Autowired protected JdbcClient jdbc;
    @Autowired protected CountedStatements statements;
    @Autowired private Tenants tenants;
    @LocalServerPort private int port;

    protected FirstProject project;

    /** With the admin's token of {@link #project}. */
    protected ApiClient api;

    protected ObservedWorld world;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", DATABASE::jdbcUrl);
        registry.add("spring.datasource.username", DATABASE::user);
        registry.add("spring.datasource.password", DATABASE::password);
        trust(registry, 0, TestIssuer.URL);
        trust(registry, 1, DEAD_ISSUER);
    }

    private static void trust(DynamicPropertyRegistry registry, int index, String issuer) {
        var key = "plimsoll.api.oidc.issuers[" + index + "].";
        registry.add(key + "issuer", () -> issuer);
        registry.add(key + "audience", () -> TestIssuer.AUDIENCE);
        registry.add("plimsoll.api.secrets.key-file", () -> SECRET_KEY);
    }

    @BeforeEach
    void newProject() {
        project = anotherProject();
        api = with(project.adminToken());
        world = new ObservedWorld(jdbc);
    }

    protected FirstProject anotherProject() {
        return tenants.create("test");
    }

    protected ApiClient with(String token) {
        return new ApiClient(base(), project.projectId(), token);
    }

    protected URI base() {
        return URI.create("http://127.0.0.1:" + port);
    }
}
