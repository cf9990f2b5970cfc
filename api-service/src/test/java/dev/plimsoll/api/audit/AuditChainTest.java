package dev.plimsoll.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.InParallel;
import dev.plimsoll.api.support.Payload;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

class AuditChainTest extends ApiTest {
    private static final UUID INSTALLATION = new UUID(0, 0);
    private static final Origin SOMEBODY = new Origin("somebody", null, "r");

    @Autowired private Audit audit;
    @Autowired private Transactions transactions;
    private ApiClient operator;

    @BeforeEach
    void fiveEntries() {
        operator = with(project.operatorToken());
        for (int i = 1; i <= 5; i++) {
            record(project.projectId(), "thing.put", "things/„ä“/" + i);
        }
    }

    @Test
    void whatNobodyTouchedIsIntact() {
        var chain = verify();
        assertThat(chain.path("intact").asBoolean()).isTrue();
        assertThat(chain.path("entries").asInt()).isEqualTo(5);
        assertThat(chain.path("head").asString()).matches("[0-9a-f]{64}");
        assertThat(chain.has("firstFault")).isFalse();
        api.create(Payload.onPrivateAddress("web"), "User-Agent", "curl/8").isOk();
        assertThat(verify().path("entries").asInt()).isEqualTo(6);
        assertThat(verify().path("intact").asBoolean()).isTrue();
    }

    @Test
    void emptyChainsAreIntactAndUnknownProjectsAreNotFound() {
        var other = anotherProject().projectId();
        var chain = operator.get("/admin/v1/audit:verify?projectId=" + other).isOk().json();
        assertThat(chain.at("/chains/0/entries").asInt(-1)).isZero();
        assertThat(chain.path("intact").asBoolean()).isTrue();
        operator.get("/admin/v1/audit:verify?projectId=" + UUID.randomUUID()).isProblem(404, 5);
        operator.get("/admin/v1/audit:verify?projectId=x").blames("#query/projectId");
        api.get("/admin/v1/audit:verify").isProblem(403, 7);
    }

    @Test
    void whatBelongsToNoProjectHasAChainOfItsOwn() {
        long before = entries(INSTALLATION);
        record(null, "plan.set", "regions/eu01/plans/x");
        assertThat(entries(INSTALLATION)).isEqualTo(before + 1);
        assertThat(entries(project.projectId())).isEqualTo(5);
        var first = operator.get("/admin/v1/audit:verify?pageSize=1").isOk();
        assertThat(first.json().at("/chains/0").has("projectId")).isFalse();
        assertThat(first.json().at("/chains/0/intact").asBoolean()).isTrue();
        assertThat(first.string("/nextPageId")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "at          | at + interval '1 microsecond'",
                "project_id  | NULL",
                "author      | 'nobody'",
                "client      | 'curl'",
                "request_id  | 'R'",
                "action      | 'thing.delete'",
                "resource    | 'things/33'",
                "details     | '{\"a\": 2}'",
                "id          | DEFAULT",
            })
    void changedColumnIsFound(String column, String value) throws SQLException {
        tamper("UPDATE audit_entry SET %s = %s WHERE id = %d".formatted(column, value, entry(3)));
        var kind = column.equals("id") ? "MISSING" : "CHANGED";
        assertThat(fault()).isEqualTo(kind + " at 3");
    }

    @Test
    void partsThatMoveFromOneColumnToTheNextAreFound() throws SQLException {
        tamper("UPDATE audit_entry SET author = 'some', client = 'body' WHERE id = " + entry(2));
        assertThat(fault()).isEqualTo("CHANGED at 2");
    }

    @Test
    void deletedEntryIsFoundWithItsLinkOrWithout() throws SQLException {
        long gone = entry(3);
        tamper("DELETE FROM audit_entry WHERE id = " + gone);
        assertThat(fault()).isEqualTo("MISSING at 3");
        tamper("DELETE FROM audit_link WHERE audit_entry_id = " + gone);
        assertThat(fault()).isEqualTo("MISSING at 3");
        tamper("UPDATE audit_link SET position = position - 1 WHERE position > 3 AND " + ofChain());
        assertThat(fault()).isEqualTo("CHANGED at 3");
    }

    @Test
    void deletedNewestEntryIsFoundUnlessTheHeadIsMovedToo() throws SQLException {
        var known = verify();
        long gone = entry(5);
        tamper("DELETE FROM audit_entry WHERE id = " + gone);
        assertThat(fault()).isEqualTo("MISSING at 5");
        tamper("DELETE FROM audit_link WHERE audit_entry_id = " + gone);
        assertThat(fault()).isEqualTo("CUT_OFF at 5");
        tamper(
                """
                UPDATE audit_chain c SET position = 4, sha256 = l.sha256
                FROM audit_link l
                WHERE l.audit_chain_id = c.id AND l.position = 4 AND c.id = '%s'
                """
                        .formatted(project.projectId()));
        assertThat(fault()).isEqualTo("none");
        assertThat(fault(known)).isEqualTo("REWRITTEN at 5");
    }

    @Test
    void swappedEntriesAreFound() throws SQLException {
        long second = entry(2);
        long fourth = entry(4);
        tamper(
                """
                UPDATE audit_link SET audit_entry_id = -1 WHERE audit_entry_id = %1$d;
                UPDATE audit_link SET audit_entry_id = %1$d WHERE audit_entry_id = %2$d;
                UPDATE audit_link SET audit_entry_id = %2$d WHERE audit_entry_id = -1
                """
                        .formatted(second, fourth));
        assertThat(fault()).isEqualTo("CHANGED at 2");
    }

    @Test
    void swappedContentIsFound() throws SQLException {
        tamper(
                """
                UPDATE audit_entry e SET resource = o.resource FROM audit_entry o
                WHERE (e.id, o.id) IN ((%1$d, %2$d), (%2$d, %1$d))
                """
                        .formatted(entry(2), entry(3)));
        assertThat(fault()).isEqualTo("CHANGED at 2");
    }

    @Test
    void entryThatWasPutInBesideTheChainIsFound() throws SQLException {
        tamper(
                """
                INSERT INTO audit_entry (project_id, author, request_id, action, resource)
                VALUES ('%s', 'x', 'x', 'x.y', 'x')
                """
                        .formatted(project.projectId()));
        assertThat(fault()).isEqualTo("UNCHAINED at 6");
    }

    /** Whoever knows how hashes are made can make them all anew. */
    @Test
    void chainThatWasMadeAnewIsFoundByAKnownHeadOnly() throws SQLException {
        var known = verify();
        tamper(
                """
                UPDATE audit_entry SET author = 'nobody' WHERE id = %1$d;
                DELETE FROM audit_link WHERE audit_chain_id = '%2$s';
                DELETE FROM audit_chain WHERE id = '%2$s';
                SELECT append_to_audit_chain(e) FROM audit_entry e
                WHERE project_id = '%2$s' ORDER BY id
                """
                        .formatted(entry(3), project.projectId()));
        assertThat(fault()).isEqualTo("none");
        record(project.projectId(), "thing.put", "things/6");
        assertThat(fault(known)).isEqualTo("REWRITTEN at 5");
    }

    @Test
    void knownHeadOfAChainThatOnlyGrewIsFine() {
        var known = verify();
        record(project.projectId(), "thing.put", "things/6");
        assertThat(fault(known)).isEqualTo("none");
        var path = "/admin/v1/audit:verify?knownPosition=1";
        operator.get(path).blames("#query/knownHead");
        operator.get(path + "&knownHead=" + "0".repeat(64)).blames("#query/projectId");
        operator.get(path + "0a&knownHead=x").blames("#query/knownPosition");
    }

    @Test
    void writesAtOnceMakeOneChain() {
        var others = List.of(anotherProject().projectId(), anotherProject().projectId());
        var writers =
                IntStream.range(0, 8)
                        .<Callable<Integer>>mapToObj(writer ->
                                () -> {
                                    for (int i = 0; i < 25; i++) {
                                        record(others.get(i % 2), "thing.put", writer + "/" + i);
                                    }
                                    return 25;
                                })
                        .toList();
        InParallel.run(writers.size(), writers);
        assertThat(entries(others.get(0)) + entries(others.get(1))).isEqualTo(200);
        for (var other : others) {
            assertThat(chain(other, "").path("intact").asBoolean()).isTrue();
        }
    }

    @Test
    void whatIsRehearsedOrTakenBackIsNotChained() {
        var path = "load-balancers?dryRun=true";
        api.post(path, Payload.onPrivateAddress("web")).isOk();
        assertThat(verify().path("entries").asInt()).isEqualTo(5);
        assertThat(fault()).isEqualTo("none");
    }

    private void record(UUID projectId, String action, String resource) {
        transactions.run(() -> {
            audit.record(SOMEBODY, projectId, action, resource, Map.of("a", 1));
            return true;
        });
    }

    /** Past all that guards the tables. */
    private void tamper(String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL session_replication_role = replica");
            statement.execute("ALTER TABLE audit_entry ALTER COLUMN id SET GENERATED BY DEFAULT");
            statement.execute(sql);
            statement.execute("ALTER TABLE audit_entry ALTER COLUMN id SET GENERATED ALWAYS");
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private long entry(int position) {
        return jdbc.sql("SELECT audit_entry_id FROM audit_link WHERE position = ? AND " + ofChain())
                .param(position)
                .query(Long.class)
                .single();
    }

    private String ofChain() {
        return "audit_chain_id = '" + project.projectId() + "'";
    }

    private JsonNode verify() {
        return chain(project.projectId(), "");
    }

    private long entries(UUID chain) {
        return chain(chain, "").path("entries").asLong();
    }

    private String fault() {
        return inWords(verify().path("firstFault"));
    }

    private String fault(JsonNode known) {
        var head =
                "&knownPosition=%s&knownHead=%s"
                        .formatted(known.path("entries"), known.path("head").asString());
        return inWords(chain(project.projectId(), head).path("firstFault"));
    }

    private static String inWords(JsonNode fault) {
        return fault.isMissingNode()
                ? "none"
                : fault.path("kind").asString() + " at " + fault.path("position");
    }

    private JsonNode chain(UUID id, String more) {
        Answer answer = operator.get("/admin/v1/audit:verify?projectId=" + id + more).isOk();
        return answer.json().at("/chains/0");
    }
}
