package dev.plimsoll.api.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Contract;
import dev.plimsoll.api.support.KeyFile;
import dev.plimsoll.api.support.Payload;
import dev.plimsoll.api.support.TestIssuer;
import dev.plimsoll.api.tenancy.FirstProject;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import java.time.Instant;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/**
 * Every endpoint of the published document, asked by every kind of caller. An endpoint that is new
 * is covered by being in the document; one that fits no rule of {@link #permission} fails here.
 */
class AuthorisationMatrixTest extends ApiTest {
    private static final Set<String> METHODS =
            Set.of("get", "post", "put", "patch", "delete", "head", "options");

    /** Endpoints that only read, but with a method other than GET. */
    private static final Set<String> READING = Set.of();

    /** A body that cannot be read: whoever is refused is refused before anybody looks at it. */
    private static final String BODY = "{broken";

    private static final int LEAST_CELLS = 500;
    private static final String PROJECTS = "plimsoll_projects";

    /** Nobody's; made once, since that takes longer than all that it is used for. */
    private static final RSAKey STRANGE_KEY = TestIssuer.newKey();

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping handlers;

    private FirstProject stranger;
    private final Map<Who, String> tokens = new EnumMap<>(Who.class);

    /** Who asks. {@code OTHERS_…} has its role in another project than the path's. */
    private enum Who {
        NOBODY,
        UNKNOWN_TOKEN,
        MALFORMED_TOKEN,
        EXPIRED_TOKEN,
        REVOKED_TOKEN,
        FORGED_JWT,
        EXPIRED_JWT,
        DELETED_SERVICE_ACCOUNT,
        READER,
        SERVICE_ACCOUNT_READER,
        OIDC_READER,
        OTHERS_READER,
        OTHERS_ADMIN,
        OTHERS_SERVICE_ACCOUNT,
        OTHERS_OIDC_ADMIN,
        OIDC_WITHOUT_GRANTS,
        ADMIN,
        SERVICE_ACCOUNT,
        OIDC_ADMIN,
        OPERATOR,
        OIDC_OPERATOR;

        private static final Set<Who> READERS =
                EnumSet.of(READER, SERVICE_ACCOUNT_READER, OIDC_READER);
        private static final Set<Who> ADMINS = EnumSet.of(ADMIN, SERVICE_ACCOUNT, OIDC_ADMIN);
        private static final Set<Who> OPERATORS = EnumSet.of(OPERATOR, OIDC_OPERATOR);
        private static final Set<Who> STRANGERS =
                EnumSet.of(
                        OTHERS_READER,
                        OTHERS_ADMIN,
                        OTHERS_SERVICE_ACCOUNT,
                        OTHERS_OIDC_ADMIN,
                        OIDC_WITHOUT_GRANTS);

        boolean isKnown() {
            return ordinal() >= READER.ordinal();
        }
    }

    private record Operation(String method, String path, boolean open) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    @BeforeEach
    void callersOfEveryKind() {
        api.create(Payload.onStaticAddress("web")).isOk();
        stranger = anotherProject();
        var former = anotherProject();
        tokens.put(Who.NOBODY, "");
        tokens.put(Who.UNKNOWN_TOKEN, "plm_" + "x".repeat(43));
        tokens.put(Who.MALFORMED_TOKEN, "not a token");
        tokens.put(Who.EXPIRED_TOKEN, former.adminToken());
        tokens.put(Who.REVOKED_TOKEN, former.operatorToken());
        tokens.put(Who.READER, project.readerToken());
        tokens.put(Who.OTHERS_READER, stranger.readerToken());
        tokens.put(Who.OTHERS_ADMIN, stranger.adminToken());
        tokens.put(Who.ADMIN, project.adminToken());
        tokens.put(Who.OPERATOR, project.operatorToken());
        signed(former);
        end("expires_at", former.adminToken());
        end("revoked_at", former.operatorToken());
    }

    private void signed(FirstProject former) {
        var operator = with(project.operatorToken());
        var id = project.projectId();
        var issuer = TestIssuer.running();
        tokens.put(Who.SERVICE_ACCOUNT, KeyFile.accessToken(operator, id, "admin", "nlb.admin"));
        tokens.put(
                Who.SERVICE_ACCOUNT_READER,
                KeyFile.accessToken(operator, id, "reader", "nlb.reader"));
        tokens.put(
                Who.OTHERS_SERVICE_ACCOUNT,
                KeyFile.accessToken(operator, stranger.projectId(), "admin", "nlb.admin"));
        tokens.put(
                Who.DELETED_SERVICE_ACCOUNT,
                KeyFile.accessToken(operator, former.projectId(), "admin", "nlb.admin"));
        jdbc.sql("DELETE FROM service_account WHERE project_id = ?")
                .param(former.projectId())
                .update();
        var grants = Map.<String, Object>of(PROJECTS, Map.of(id.toString(), "nlb.admin"));
        tokens.put(Who.OIDC_ADMIN, issuer.token(grants));
        tokens.put(
                Who.OIDC_READER,
                issuer.token(Map.of(PROJECTS, Map.of(id.toString(), "nlb.reader"))));
        tokens.put(
                Who.OTHERS_OIDC_ADMIN,
                issuer.token(
                        Map.of(PROJECTS, Map.of(stranger.projectId().toString(), "nlb.admin"))));
        tokens.put(Who.OIDC_WITHOUT_GRANTS, issuer.token(Map.of()));
        tokens.put(Who.OIDC_OPERATOR, issuer.token(Map.of("plimsoll_role", "operator")));
        var claims =
                new JWTClaimsSet.Builder()
                        .issuer(TestIssuer.URL)
                        .subject("alice")
                        .audience(TestIssuer.AUDIENCE)
                        .claim("plimsoll_role", "operator");
        var later = Date.from(Instant.now().plusSeconds(60));
        var earlier = Date.from(Instant.now().minusSeconds(60));
        tokens.put(Who.FORGED_JWT, issuer.sign(claims.expirationTime(later).build(), STRANGE_KEY));
        tokens.put(Who.EXPIRED_JWT, issuer.sign(claims.expirationTime(earlier).build()));
    }

    private void end(String column, String token) {
        jdbc.sql(
                        "UPDATE api_token SET %s = now() - interval '1 second' WHERE sha256 = sha256(?::bytea)"
                                .formatted(column))
                .param(token)
                .update();
    }

    static Stream<Operation> operations() {
        return new Contract()
                .document()
                .path("paths")
                .propertyStream()
                .flatMap(path ->
                        path.getValue()
                                .propertyStream()
                                .filter(it -> METHODS.contains(it.getKey()))
                                .map(it -> operation(path.getKey(), it.getKey(), it.getValue())));
    }

    private static Operation operation(String path, String method, JsonNode operation) {
        var security = operation.path("security");
        return new Operation(
                method.toUpperCase(Locale.ROOT), path, security.isArray() && security.isEmpty());
    }

    /** What an endpoint must ask for, by its place in the document. */
    private static Permission permission(Operation operation) {
        boolean reads = operation.method().equals("GET") || READING.contains(operation.toString());
        if (operation.open()) {
            return Permission.NONE;
        } else if (operation.path().startsWith("/admin/v1/")) {
            return Permission.OPERATE;
        } else if (operation.path().matches("/v[12]/projects/\\{projectId}(/.*)?")) {
            return reads ? Permission.READ_PROJECT : Permission.WRITE_PROJECT;
        } else if (operation.path().matches("/v[12]/(regions/\\{region}/)?[a-z]+") && reads) {
            return Permission.READ_CATALOGUE;
        }
        return fail("Endpoint without a class: %s. Who may do this?", operation);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void everyEndpointAnswersEveryCallerAsItsPermissionSays(Operation operation) {
        var permission = permission(operation);
        var refused = Stream.of(Who.values()).filter(it -> expected(permission, it) != 0).toList();
        var before = database();
        for (var who : refused) {
            var answer = send(operation, project.projectId(), who);
            assertThat(answer.status())
                    .as("%s by %s: %s", operation, who, answer.text())
                    .isEqualTo(expected(permission, who));
            if (answer.status() == 401) {
                assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
            }
            assertThat(answer.text()).doesNotContain(idsOfTheProject());
        }
        strangersCannotTellWhetherTheProjectExists(operation);
        assertThat(database()).as("the database after refusals of " + operation).isEqualTo(before);
        for (var who : Who.values()) {
            if (expected(permission, who) == 0) {
                var answer = send(operation, project.projectId(), who);
                assertThat(answer.status())
                        .as("%s by %s: %s", operation, who, answer.text())
                        .isNotIn(401, 403);
            }
        }
    }

    /** 401, 403, or 0 for neither. */
    private static int expected(Permission permission, Who who) {
        if (permission == Permission.NONE) {
            return 0;
        } else if (!who.isKnown()) {
            return 401;
        }
        boolean may =
                switch (permission) {
                    case NONE, READ_CATALOGUE -> true;
                    case READ_PROJECT -> Who.READERS.contains(who) || Who.ADMINS.contains(who);
                    case WRITE_PROJECT -> Who.ADMINS.contains(who);
                    case OPERATE -> Who.OPERATORS.contains(who);
                };
        return may ? 0 : 403;
    }

    private void strangersCannotTellWhetherTheProjectExists(Operation operation) {
        if (operation.path().contains("{projectId}")) {
            for (var who : Who.STRANGERS) {
                var existing = send(operation, project.projectId(), who);
                var missing = send(operation, UUID.randomUUID(), who);
                assertThat(withoutRequestId(existing)).isEqualTo(withoutRequestId(missing));
            }
        }
    }

    private static String withoutRequestId(Answer answer) {
        return answer.status() + answer.text().replace(answer.header("X-Request-Id"), "");
    }

    @Test
    void theMatrixIsAsLargeAsTheDocument() {
        assertThat(operations().count() * Who.values().length).isGreaterThan(LEAST_CELLS);
        assertThat(with("").get("/openapi.json").json().path("paths").propertyNames())
                .isEqualTo(new Contract().document().path("paths").propertyNames());
    }

    /** What the code asks for is what the document promises, and nothing is served besides. */
    @Test
    void everyEndpointNamesThePermissionThatTheDocumentPromises() {
        var promised = new TreeMap<String, Permission>();
        operations().forEach(it -> promised.put(it.toString(), permission(it)));
        var named = new TreeMap<String, Permission>();
        handlers.getHandlerMethods()
                .forEach((mapping, handler) -> {
                    var required = handler.getMethodAnnotation(Requires.class);
                    if (required != null) {
                        for (var method : mapping.getMethodsCondition().getMethods()) {
                            for (var path : mapping.getPatternValues()) {
                                named.put(method + " " + path, required.value());
                            }
                        }
                    }
                });
        named.keySet()
                .removeIf(it -> named.get(it) == Permission.NONE && !promised.containsKey(it));
        assertThat(named).containsExactlyEntriesOf(promised);
    }

    private Answer send(Operation operation, UUID projectId, Who who) {
        var path =
                operation
                        .path()
                        .replace("{projectId}", projectId.toString())
                        .replace("{region}", "eu01")
                        .replace("{name}", "web")
                        .replaceAll("\\{[^}]+}", "some");
        return with(tokens.get(who)).send(operation.method(), path, BODY);
    }

    private String[] idsOfTheProject() {
        return new String[] {
            project.projectId().toString(), world.id(project.projectId(), "web").toString()
        };
    }

    /** What every table holds, but for when tokens were used last, as one text. */
    private String database() {
        var tables =
                jdbc.sql(
                                """
                                SELECT quote_ident(t.tablename) AS name, EXISTS (
                                    SELECT FROM information_schema.columns c
                                    WHERE c.table_schema = 'public' AND c.table_name = t.tablename
                                      AND c.column_name = 'last_used_at') AS used
                                FROM pg_tables t WHERE t.schemaname = 'public' ORDER BY 1
                                """)
                        .query(Table.class)
                        .list();
        var hashes = new StringBuilder();
        for (var table : tables) {
            var row = table.used() ? "(to_jsonb(t) - 'last_used_at')" : "t";
            var hash =
                    jdbc.sql(
                                    """
                                    SELECT count(*) || ' '
                                        || coalesce(sum(hashtextextended(%s::text, 0)), 0)
                                    FROM %s t
                                    """
                                            .formatted(row, table.name()))
                            .query(String.class)
                            .single();
            hashes.append(table.name()).append(' ').append(hash).append('\n');
        }
        return hashes.toString();
    }

    private record Table(String name, boolean used) {}
}
